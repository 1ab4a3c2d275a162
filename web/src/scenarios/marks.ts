/** What the map shows of a scenario: stations where its edits put them, and what else it adds or closes. */

import type { Edit, Feature, LonLat } from '../api/types';
import { nameFeature } from './edits';

/** A station where it stands under the scenario; it can be dragged. */
export interface ScenarioStation {
  /** The name that edits call it by. */
  station: string;
  name: string;
  at: LonLat;
  state: 'there' | 'moved' | 'new';
}

/** A thing that an edit adds beside stations, or a station that it closes. */
export interface ScenarioMark {
  name: string;
  points: LonLat[];
  state: 'new' | 'gone';
}

function readPoint(feature: Feature): LonLat | null {
  return feature.geometry?.type === 'Point' ? (feature.geometry.coordinates as LonLat) : null;
}

/** Applies the edits to the stations of the area: those keep the order of their layer, added ones come last. */
export function listStations(stations: Feature[], edits: Edit[]): ScenarioStation[] {
  const listed: (ScenarioStation & { names: string[] })[] = stations.flatMap((feature) => {
    const at = readPoint(feature);
    const name = String(feature.properties.name ?? '');
    const names = [nameFeature(feature), name, `#${feature.id}`];
    return at ? [{ station: names[0]!, name: name || names[0]!, at, state: 'there', names }] : [];
  });
  const find = (station: string) => listed.findIndex((one) => one.names.includes(station));
  for (const edit of edits) {
    if (edit.edit === 'add_station') {
      const names = [edit.name];
      listed.push({ station: edit.name, name: edit.name, at: edit.at, state: 'new', names });
    } else if (edit.edit === 'move_station') {
      const station = listed[find(edit.station)];
      if (!station) continue;
      station.at = edit.to;
      if (station.state === 'there') station.state = 'moved';
    } else if (edit.edit === 'close_station') {
      const at = find(edit.station);
      if (at >= 0) listed.splice(at, 1);
    }
  }
  return listed.map(({ names: _, ...station }) => station);
}

export function listMarks(stations: Feature[], edits: Edit[]): ScenarioMark[] {
  return edits.flatMap((edit): ScenarioMark[] => {
    if (edit.edit === 'close_station') {
      const closed = stations.find((one) =>
        [nameFeature(one), one.properties.name, `#${one.id}`].includes(edit.station),
      );
      const at = closed && readPoint(closed);
      return at ? [{ name: String(closed.properties.name ?? ''), points: [at], state: 'gone' }] : [];
    }
    if (edit.edit === 'add_station') return [];
    const points = 'line' in edit ? edit.line : 'at' in edit ? [edit.at] : [];
    return points.length ? [{ name: 'name' in edit ? edit.name : '', points, state: 'new' }] : [];
  });
}
