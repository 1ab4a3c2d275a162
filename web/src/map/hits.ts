/** Finds the features under the pointer. */

import { createEmpty, getHeight, getWidth } from 'ol/extent';
import type { FeatureLike } from 'ol/Feature';
import type OlMap from 'ol/Map';
import type { Hit } from './types';

/** Points come before lines before areas and the smaller area first, for the smallest target was meant; then the topmost. */
export function findHits(map: OlMap, pixel: number[]): Hit[] {
  const hits = new Map<string, Hit & { size: number; height: number }>();
  map.forEachFeatureAtPixel(
    pixel,
    (feature, layer) => {
      const collection = layer?.get('collection') as string | undefined;
      const id = Number(feature.getId());
      if (!collection || !Number.isInteger(id)) return;
      const key = `${collection}/${id}`;
      if (hits.has(key)) return;
      const hit = { collection, id, properties: feature.getProperties() };
      hits.set(key, { ...hit, size: measureSize(feature), height: layer?.getZIndex() ?? 0 });
    },
    { hitTolerance: 4, layerFilter: (layer) => layer.get('collection') !== undefined },
  );
  return [...hits.values()].sort((a, b) => a.size - b.size || b.height - a.height);
}

function measureSize(feature: FeatureLike): number {
  const type = feature.getGeometry()?.getType() ?? '';
  if (type.includes('Point')) return 0;
  if (type.includes('Line')) return 1;
  const extent = feature.getGeometry()?.getExtent() ?? createEmpty();
  return 2 + getWidth(extent) * getHeight(extent);
}
