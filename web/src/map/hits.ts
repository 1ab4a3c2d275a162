/** Finds the features under the pointer: by their geometry, for to draw them once more takes far longer. */

import { getHeight, getWidth } from 'ol/extent';
import type OlMap from 'ol/Map';
import type RenderFeature from 'ol/render/Feature';
import type { Circle, Style } from 'ol/style';
import type { Value } from '../api/types';
import type { CollectionLayers } from './collectionLayers';
import { LAYER_PROPERTY, readCollection } from './layerProperty';
import { isInside, measureDistance, type Shape } from './distance';
import type { Hit } from './types';

/** A target may be missed by so many pixels. */
const TOLERANCE = 4;
/** Nothing is drawn wider than this around its geometry, in pixels. */
const MAX_DRAWN = 24;

/** Points come before lines before areas and the smaller area first, for the smallest target was meant; then the topmost. */
export function findHits(map: OlMap, layers: CollectionLayers, pixel: number[]): Hit[] {
  const resolution = map.getView().getResolution();
  const at = map.getCoordinateFromPixel(pixel) as [number, number] | null;
  if (!at || !resolution) return [];
  const hits = new Map<string, Hit & { size: number; height: number }>();
  layers.visitNear(at, MAX_DRAWN * resolution, resolution, (feature, styles) => {
    const shape = readShape(feature);
    const id = Number(feature.getId());
    if (!Number.isInteger(id) || !isHit(shape, styles, at, resolution)) return;
    const { [LAYER_PROPERTY]: name, ...properties } = feature.getProperties() as Record<string, Value>;
    const collection = readCollection(name);
    const key = `${collection}/${id}`;
    if (!hits.has(key))
      hits.set(key, {
        collection,
        id,
        properties,
        size: measureSize(shape, feature),
        height: layers.findHeight(collection),
      });
  });
  return [...hits.values()].sort((a, b) => a.size - b.size || b.height - a.height);
}

/** An area is also hit by its name, which is written in the middle of it. */
export function findNamedAreas(map: OlMap, layers: CollectionLayers, pixel: number[]): Hit[] {
  const hits: Hit[] = [];
  map.forEachFeatureAtPixel(
    pixel,
    (feature) => {
      const { [LAYER_PROPERTY]: name, feature: id, ...properties } = feature.getProperties();
      hits.push({ collection: String(name), id: Number(id), properties });
    },
    { hitTolerance: TOLERANCE, layerFilter: (layer) => layers.isName(layer) },
  );
  return hits;
}

function readShape(feature: RenderFeature): Shape {
  const type = feature.getType();
  const kind = type.includes('Point') ? 'point' : type.includes('Line') ? 'line' : 'polygon';
  return { kind, coordinates: feature.getFlatCoordinates(), ends: [...(feature.getEnds() ?? [])] };
}

function isHit(shape: Shape, styles: Style[], at: [number, number], resolution: number): boolean {
  if (shape.kind === 'polygon' && styles.some((style) => style.getFill()) && isInside(shape, at)) return true;
  const drawn = Math.max(...styles.map((style) => measureDrawn(shape, style)));
  return measureDistance(shape, at) <= (drawn + TOLERANCE) * resolution;
}

/** How many pixels beyond its geometry a feature is drawn. */
function measureDrawn({ kind }: Shape, style: Style): number {
  if (kind !== 'point') return (style.getStroke()?.getWidth() ?? 0) / 2;
  const image = style.getImage() as Circle | null;
  return image?.getRadius?.() ?? (style.getText() ? 6 : 0);
}

function measureSize({ kind }: Shape, feature: RenderFeature): number {
  if (kind !== 'polygon') return kind === 'point' ? 0 : 1;
  const extent = feature.getExtent();
  return 2 + getWidth(extent) * getHeight(extent);
}
