/** Names of areas, each written once although its tiles cut it into pieces. */

import GeoJSON from 'ol/format/GeoJSON';
import { MultiPolygon, Polygon } from 'ol/geom';
import { all } from 'ol/loadingstrategy';
import VectorSource from 'ol/source/Vector';
import type { FeatureCollection } from '../api/types';

/** A source with one point inside every area; inside the largest part of those that have several. */
export function makeNameSource(
  collection: string,
  loadWhole: (collection: string) => Promise<FeatureCollection>,
): VectorSource {
  const source: VectorSource = new VectorSource({
    strategy: all,
    loader: (_extent, _resolution, projection, success, failure) => {
      loadWhole(collection).then((answer) => {
        const features = new GeoJSON().readFeatures(answer, { featureProjection: projection });
        for (const feature of features) {
          const geometry = feature.getGeometry();
          const parts = geometry instanceof MultiPolygon ? geometry.getPolygons() : [];
          const largest = parts.reduce<Polygon | null>(
            (best, part) => (best && best.getArea() >= part.getArea() ? best : part),
            geometry instanceof Polygon ? geometry : null,
          );
          if (largest) feature.setGeometry(largest.getInteriorPoint());
          feature.set('mvt:layer', collection);
        }
        source.addFeatures(features);
        success?.(features);
      }, failure);
    },
  });
  return source;
}
