/** What the map shows of a scenario: stations where its edits put them, and what else it adds, changes or closes. */

import type { Edit, Feature, LonLat } from '../api/types';
import { nameFeature } from './edits';

/** A station where it stands under the scenario; it can be dragged. */
export interface ScenarioStation {
  /** The name that edits call it by. */
  station: string;
  name: string;
  at: LonLat;
  state: 'there' | 'moved' | 'changed' | 'new';
}

/** A thing that an edit adds or changes beside stations, or that it closes. */
export interface ScenarioMark {
  name: string;
  points: LonLat[];
  state: 'new' | 'changed' | 'gone';
}

/** Roads and obstacles that edits speak of, by the names that these call them by. */
export type Referenced = Record<string, Feature>;

function readPoint(feature: Feature): LonLat | null {
  return feature.geometry?.type === 'Point' ? (feature.geometry.coordinates as LonLat) : null;
}

function readLines({ geometry }: Feature): LonLat[][] {
  if (geometry?.type === 'Point') return [[geometry.coordinates as LonLat]];
  if (geometry?.type === 'LineString') return [geometry.coordinates as LonLat[]];
  return geometry?.type === 'MultiLineString' ? (geometry.coordinates as LonLat[][]) : [];
}

/** All names by which an edit may call a feature. */
function listNames(feature: Feature): string[] {
  return [nameFeature(feature), String(feature.properties.name ?? ''), `#${feature.id}`];
}

function findNamed(features: Feature[], name: string): Feature | undefined {
  return features.find((one) => listNames(one).includes(name));
}

/** The thing that an edit changes or closes, and in which layer it is; what it adds is none. */
export function readReference(edit: Edit): { collection: string; name: string } | null {
  if ('station' in edit) return { collection: 'stations', name: edit.station };
  if ('road' in edit) return { collection: 'roads', name: edit.road };
  return 'obstacle' in edit ? { collection: 'obstacles', name: edit.obstacle } : null;
}

/** Applies the edits to the stations of the area: those keep the order of their layer, added ones come last. */
export function listStations(stations: Feature[], edits: Edit[]): ScenarioStation[] {
  const listed: (ScenarioStation & { names: string[] })[] = stations.flatMap((feature) => {
    const at = readPoint(feature);
    const names = listNames(feature);
    const [station, name] = [names[0]!, names[1] || names[0]!];
    return at ? [{ station, name, at, state: 'there', names }] : [];
  });
  const find = (station: string) => listed.findIndex((one) => one.names.includes(station));
  for (const edit of edits) {
    if (edit.edit === 'add_station') {
      const names = [edit.name];
      listed.push({ station: edit.name, name: edit.name, at: edit.at, state: 'new', names });
    } else if (edit.edit === 'move_station' || edit.edit === 'upgrade_station') {
      const station = listed[find(edit.station)];
      if (!station) continue;
      if (edit.edit === 'move_station') station.at = edit.to;
      const change = edit.edit === 'move_station' ? 'moved' : 'changed';
      if (station.state !== 'new') station.state = station.state === 'moved' ? 'moved' : change;
    } else if (edit.edit === 'close_station') {
      const at = find(edit.station);
      if (at >= 0) listed.splice(at, 1);
    }
  }
  return listed.map(({ names: _, ...station }) => station);
}

export function listMarks(stations: Feature[], edits: Edit[], referenced: Referenced = {}): ScenarioMark[] {
  return edits.flatMap((edit): ScenarioMark[] => {
    if (edit.edit === 'close_station') {
      const closed = findNamed(stations, edit.station);
      const at = closed && readPoint(closed);
      return at ? [{ name: String(closed.properties.name ?? ''), points: [at], state: 'gone' }] : [];
    }
    const reference = readReference(edit);
    if (reference?.collection === 'stations' || edit.edit === 'add_station') return [];
    if (!reference) {
      const points = 'line' in edit ? edit.line : 'at' in edit ? [edit.at] : [];
      return points.length ? [{ name: 'name' in edit ? edit.name : '', points, state: 'new' }] : [];
    }
    const feature = referenced[`${reference.collection}/${reference.name}`];
    const state = edit.edit === 'close_road' || edit.edit === 'remove_obstacle' ? 'gone' : 'changed';
    const name = String(feature?.properties.name ?? '');
    return feature ? readLines(feature).map((points) => ({ name, points, state })) : [];
  });
}

/** Features of the area that stand no longer where they are drawn, by their collection: the map leaves them out. */
export function listReplaced(
  stations: Feature[],
  edits: Edit[],
  referenced: Referenced,
): Map<string, number[]> {
  const replaced = new Map<string, number[]>();
  for (const edit of edits) {
    if (!['move_station', 'close_station', 'remove_obstacle'].includes(edit.edit)) continue;
    const { collection, name } = readReference(edit)!;
    const feature =
      collection === 'stations' ? findNamed(stations, name) : referenced[`${collection}/${name}`];
    if (feature) replaced.set(collection, [...(replaced.get(collection) ?? []), feature.id]);
  }
  return replaced;
}
