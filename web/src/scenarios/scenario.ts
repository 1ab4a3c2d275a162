/** A scenario as the map shows it, and edits made from what was clicked. Nothing here asks the server. */

import type { Column, Edit, Feature, LonLat, Value } from '../api/types';

/** A station where it stands under the scenario: it can be dragged. */
export interface Handle {
  /** How edits name it. */
  station: string;
  name: string;
  at: LonLat;
  state: 'there' | 'moved' | 'new';
}

/** What is drawn of the other edits. */
export interface Sketch {
  name: string;
  points: LonLat[];
  state: 'new' | 'gone';
}

/** How edits name a feature: by source id, or by its number. */
export function reference(feature: Feature): string {
  const id = feature.properties.source_id;
  return typeof id === 'string' && id ? id : `#${feature.id}`;
}

const pointOf = (feature: Feature): LonLat | null =>
  feature.geometry?.type === 'Point' ? (feature.geometry.coordinates as LonLat) : null;

/** Every station with the edits made, in the order of the layer, added ones last. */
export function handlesOf(stations: Feature[], edits: Edit[]): Handle[] {
  const handles: (Handle & { names: string[] })[] = stations.flatMap((feature) => {
    const at = pointOf(feature);
    const name = String(feature.properties.name ?? '');
    const names = [reference(feature), name, `#${feature.id}`];
    return at ? [{ station: names[0]!, name: name || names[0]!, at, state: 'there', names }] : [];
  });
  const find = (edit: Edit) => handles.findIndex((handle) => handle.names.includes(edit.station ?? ''));
  for (const edit of edits) {
    if (edit.edit === 'add_station' && edit.name && edit.at) {
      const names = [edit.name];
      handles.push({ station: edit.name, name: edit.name, at: edit.at, state: 'new', names });
    } else if (edit.edit === 'move_station' && edit.to) {
      const handle = handles[find(edit)];
      if (!handle) continue;
      handle.at = edit.to;
      if (handle.state === 'there') handle.state = 'moved';
    } else if (edit.edit === 'close_station') {
      const at = find(edit);
      if (at >= 0) handles.splice(at, 1);
    }
  }
  return handles.map(({ names: _, ...handle }) => handle);
}

/** What the edits add beside stations, and the stations they close. */
export function sketchOf(stations: Feature[], edits: Edit[]): Sketch[] {
  return edits.flatMap((edit): Sketch[] => {
    const name = edit.name ?? '';
    if (edit.edit === 'close_station') {
      const closed = stations.find((one) =>
        [reference(one), one.properties.name, `#${one.id}`].includes(edit.station ?? ''),
      );
      const at = closed && pointOf(closed);
      return at ? [{ name: String(closed.properties.name ?? ''), points: [at], state: 'gone' }] : [];
    }
    if (edit.edit === 'add_station') return [];
    if (edit.line) return [{ name, points: edit.line, state: 'new' }];
    return edit.at ? [{ name, points: [edit.at], state: 'new' }] : [];
  });
}

/** The edits with a station moved: where it was added or moved last, that edit says so already. */
export function withMove(edits: Edit[], station: string, to: LonLat): Edit[] {
  const own = edits.findLastIndex(
    (edit) =>
      (edit.edit === 'add_station' && edit.name === station) ||
      (edit.edit === 'move_station' && edit.station === station),
  );
  if (own < 0) return [...edits, { edit: 'move_station', station, to }];
  return edits.map((edit, at) =>
    at !== own ? edit : edit.edit === 'add_station' ? { ...edit, at: to } : { ...edit, to },
  );
}

/** `新站1`, or the first number not taken. */
export function freshName(stem: string, edits: Edit[], taken: string[] = []): string {
  const known = new Set([...taken, ...edits.map((edit) => edit.name)]);
  for (let number = 1; ; number++) if (!known.has(`${stem}${number}`)) return `${stem}${number}`;
}

/** The edits that a feature proposes in a column of such, if it does. */
export function proposalOf(properties: Record<string, Value>, columns: Column[]): Edit[] {
  const column = columns.find((one) => one.kind === 'edits');
  const text = column && properties[column.name];
  return typeof text === 'string' && text ? (JSON.parse(text) as Edit[]) : [];
}

/** A millionth of a degree is a decimetre: finer was not meant. */
export function rounded([lon, lat]: LonLat): LonLat {
  return [Number(lon.toFixed(6)), Number(lat.toFixed(6))];
}
