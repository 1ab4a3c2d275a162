/** What can be taken along in which format, and where the server makes it. */

import * as api from '../../api/client';

export const LAYER_FORMATS = ['xlsx', 'gpkg', 'shp', 'kml', 'gpx', 'csv'] as const;
export const TABLE_FORMATS = ['xlsx', 'csv'] as const;
/** The field sheets of all features, of layers that have them. */
export const SHEETS_FORMAT = 'sheets';
export type DownloadFormat = (typeof LAYER_FORMATS)[number] | typeof SHEETS_FORMAT;

/** A layer, or a table of a run. */
export type DownloadSource = { layer: string } | { job: string; table: string };

export function makeAddress(source: DownloadSource, format: DownloadFormat, words: string): string {
  const query: Record<string, string> = { f: format === SHEETS_FORMAT ? 'pdf' : format };
  if (words.trim()) query.q = words.trim();
  if ('layer' in source && format === SHEETS_FORMAT) return api.makeSheetsAddress(source.layer, query);
  return 'table' in source
    ? api.makeTableAddress(source.job, source.table, query)
    : api.makeItemsAddress(source.layer, query);
}
