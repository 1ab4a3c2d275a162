/** Makes edits of a scenario. Nothing here asks the server. */

import type { Column, Edit, Feature, LonLat, Value } from '../api/types';

/** Edits call a feature by its source id; one without is called by its number in the layer. */
export function nameFeature(feature: Feature): string {
  const id = feature.properties.source_id;
  return typeof id === 'string' && id ? id : `#${feature.id}`;
}

/** A station that was added or moved before is moved by changing that edit, so that one drag leaves one edit. */
export function moveStation(edits: Edit[], station: string, to: LonLat): Edit[] {
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

/** Tells whether a scenario has these edits, and in their order, before its others. */
export function beginsWith(edits: Edit[], base: Edit[]): boolean {
  return base.every((edit, at) => JSON.stringify(edits[at]) === JSON.stringify(edit));
}

/** Makes `新站1`, or the first such name that is not taken. */
export function makeFreshName(stem: string, edits: Edit[], taken: string[] = []): string {
  const known = new Set([...taken, ...edits.map((edit) => ('name' in edit ? edit.name : ''))]);
  for (let number = 1; ; number++) if (!known.has(`${stem}${number}`)) return `${stem}${number}`;
}

/** Reads the edits that a feature proposes; it proposes none unless its layer has a column of edits. */
export function readProposedEdits(properties: Record<string, Value>, columns: Column[]): Edit[] {
  const column = columns.find((one) => one.kind === 'edits');
  const text = column && properties[column.name];
  return typeof text === 'string' && text ? (JSON.parse(text) as Edit[]) : [];
}

/** A millionth of a degree is a decimetre, and nobody means a place on the map more exactly. */
export function roundPlace([lon, lat]: LonLat): LonLat {
  return [Number(lon.toFixed(6)), Number(lat.toFixed(6))];
}
