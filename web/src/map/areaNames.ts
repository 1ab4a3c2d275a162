/** Names of areas, each written once although its tiles cut it into pieces. */

import type OlFeature from 'ol/Feature';
import GeoJSON from 'ol/format/GeoJSON';
import { MultiPolygon, Polygon } from 'ol/geom';
import type VectorLayer from 'ol/layer/Vector';
import type OlMap from 'ol/Map';
import VectorSource from 'ol/source/Vector';
import type { FeatureCollection } from '../api/types';
import { LAYER_PROPERTY } from './layerProperty';
import { ZOOM_SHIFT } from './position';
import type { LayerSpec, MapEvents } from './types';

/** Collections are loaded when their names are first in sight, for their areas may be large. */
export class AreaNames {
  readonly layer: VectorLayer;
  private readonly map: OlMap;
  private readonly events: MapEvents;
  private readonly source = new VectorSource<OlFeature>();
  private readonly places = new Map<string, Promise<OlFeature[]>>();
  /** Names are on their way. */
  loading = false;
  private specs: LayerSpec[] = [];
  private shown = '';

  constructor(map: OlMap, layer: VectorLayer, events: MapEvents) {
    this.map = map;
    this.layer = layer;
    this.events = events;
    layer.setSource(this.source);
    map.on('moveend', () => void this.showNames());
  }

  setLayers(specs: LayerSpec[]): void {
    this.specs = specs;
    void this.showNames();
  }

  private async showNames(): Promise<void> {
    const zoom = (this.map.getView().getZoom() ?? 0) - ZOOM_SHIFT;
    const least = ({ style }: LayerSpec) =>
      Math.min(...style.filter(({ type }) => type === 'symbol').map(({ minzoom }) => minzoom ?? 0));
    const wanted = this.specs.filter((spec) => least(spec) <= zoom).map(({ id }) => id);
    const key = wanted.join(',');
    if (key === this.shown) return;
    this.shown = key;
    // The map is not drawn completely without its names.
    this.loading = true;
    this.events.onSettle(false);
    const loaded = await Promise.all(wanted.map((id) => this.findPlaces(id)));
    if (key !== this.shown) return;
    this.loading = false;
    this.source.clear(true);
    this.source.addFeatures(loaded.flat());
    this.source.changed();
  }

  /** One point inside every area; what cannot be loaded has no names, and is asked for again the next time. */
  private findPlaces(collection: string): Promise<OlFeature[]> {
    const known = this.places.get(collection);
    if (known) return known;
    const loading = this.events.loadWhole(collection).then(
      (answer) => makePlaces(collection, answer),
      () => {
        this.places.delete(collection);
        return [];
      },
    );
    this.places.set(collection, loading);
    return loading;
  }
}

/** The point lies inside the largest part of an area that has several. */
function makePlaces(collection: string, answer: FeatureCollection): OlFeature[] {
  const features = new GeoJSON().readFeatures(answer, { featureProjection: 'EPSG:3857' }) as OlFeature[];
  for (const feature of features) {
    const geometry = feature.getGeometry();
    const parts = geometry instanceof MultiPolygon ? geometry.getPolygons() : [];
    const largest = parts.reduce<Polygon | null>(
      (best, part) => (best && best.getArea() >= part.getArea() ? best : part),
      geometry instanceof Polygon ? geometry : null,
    );
    if (largest) feature.setGeometry(largest.getInteriorPoint());
    const id = feature.getId();
    feature.set('feature', id);
    // Features of several collections stand in one source, which tells them apart by their ids.
    feature.setId(`${collection}/${id}`);
    feature.set(LAYER_PROPERTY, collection);
  }
  return features;
}
