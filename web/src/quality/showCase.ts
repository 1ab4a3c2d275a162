/** Leads from a case of the report to its feature, or at least to its place. */

import type { QualityCase } from '../api/types';
import { app } from '../app/app';

/** Near enough to tell a road from its neighbour. */
const CLOSE_ZOOM = 17;

export async function showCase(
  layer: string | null,
  { feature, lonlat, row, text }: QualityCase,
): Promise<void> {
  if (layer && feature && app.collections.byId.has(layer)) {
    app.layers.toggleLayer(layer, true);
    return app.selection.selectFeature({ collection: layer, id: feature }, true);
  }
  if (lonlat) {
    const [lon, lat] = lonlat;
    app.selection.clearSelection();
    app.map.canvas?.setPosition({ zoom: CLOSE_ZOOM, lon: lon!, lat: lat! });
    return;
  }
  const named = row ? app.language.text.sourceRow(row.file, String(row.number), row.is_line) : text;
  app.messages.showMessage(app.language.text.nowhere(named));
}
