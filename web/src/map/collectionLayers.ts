/** Collections on the map: each has a layer of shapes and, above the shapes of all, a layer of names and signs. */

import { stylefunction } from 'ol-mapbox-style';
import GeoJSON from 'ol/format/GeoJSON';
import VectorLayer from 'ol/layer/Vector';
import VectorTileLayer from 'ol/layer/VectorTile';
import type OlMap from 'ol/Map';
import RenderFeature from 'ol/render/Feature';
import VectorTileSource from 'ol/source/VectorTile';
import { createXYZ } from 'ol/tilegrid';
import TileState from 'ol/TileState';
import type VectorTile from 'ol/VectorTile';
import type { StyleLayer } from '../api/types';
import { makeNameSource } from './areaNames';
import { replaceFonts } from './fonts';
import { ZOOM_SHIFT } from './position';
import type { LayerSpec, MapEvents } from './types';

interface CollectionLayer {
  shapes: VectorTileLayer;
  labels: VectorTileLayer | VectorLayer;
  /** The style it is drawn with, to tell when that changes. */
  style: string;
}

/** Shapes are stacked from this height on, the marks of the page lie above them, then the labels. */
const SHAPES_HEIGHT = 10;
const LABELS_HEIGHT = 500;

/** Tiles of higher zooms are not asked for: those of this one are enlarged. */
const MAX_TILE_ZOOM = 16;

export class CollectionLayers {
  private readonly map: OlMap;
  private readonly events: MapEvents;
  private readonly layers = new Map<string, CollectionLayer>();
  private readonly tileGrid = createXYZ({ tileSize: 512, maxZoom: MAX_TILE_ZOOM });

  constructor(map: OlMap, events: MapEvents) {
    this.map = map;
    this.events = events;
  }

  findShapes(collection: string): VectorTileLayer | undefined {
    return this.layers.get(collection)?.shapes;
  }

  /** Draws these and nothing else, from the bottom up. */
  setLayers(specs: LayerSpec[]): void {
    this.removeOthers(new Set(specs.map((spec) => spec.id)));
    specs.forEach((spec, at) => {
      const layer = this.layers.get(spec.id) ?? this.addLayer(spec);
      const style = JSON.stringify(spec.style);
      const changed = style !== layer.style;
      layer.style = style;
      const signs = spec.style.filter((one) => one.type === 'symbol');
      const rest = spec.style.filter((one) => one.type !== 'symbol' && one.type !== 'background');
      for (const [part, styleLayers, height] of [
        [layer.shapes, rest, SHAPES_HEIGHT],
        [layer.labels, signs, LABELS_HEIGHT],
      ] as const) {
        part.setZIndex(height + at);
        part.setOpacity(spec.opacity);
        part.setVisible(spec.visible && styleLayers.length > 0);
        if (changed && styleLayers.length) setStyle(part, spec.id, styleLayers);
      }
    });
  }

  private removeOthers(wanted: Set<string>): void {
    for (const [id, { shapes, labels }] of this.layers) {
      if (wanted.has(id)) continue;
      this.map.removeLayer(shapes);
      this.map.removeLayer(labels);
      this.layers.delete(id);
    }
  }

  private addLayer({ id, namedWhole }: LayerSpec): CollectionLayer {
    // Features of tiles are drawn and hit but never changed, so the light kind of feature is enough.
    const format = new GeoJSON<RenderFeature>({ featureClass: RenderFeature });
    const source = new VectorTileSource({
      format,
      tileGrid: this.tileGrid,
      // The library tells tiles apart by this address; the loader below fetches them.
      url: `${id}/{z}/{x}/{y}`,
      overlaps: true,
      transition: 0,
      tileLoadFunction: (tile) => this.loadTile(tile as VectorTile<RenderFeature>, id, format),
    });
    const properties = { collection: id };
    const shapes = new VectorTileLayer({ source, renderBuffer: 64, visible: false, properties });
    const options = { declutter: 'labels', renderBuffer: 128, visible: false, properties };
    const labels = namedWhole
      ? new VectorLayer({ ...options, source: makeNameSource(id, this.events.loadWhole) })
      : new VectorTileLayer({ ...options, source });
    const layer = { shapes, labels, style: '' };
    this.layers.set(id, layer);
    this.map.addLayer(shapes);
    this.map.addLayer(labels);
    return layer;
  }

  private loadTile(tile: VectorTile<RenderFeature>, id: string, format: GeoJSON<RenderFeature>): void {
    const [z = 0, x = 0, y = 0] = tile.getTileCoord();
    tile.setLoader((extent, _resolution, projection) => {
      this.events.loadTile(id, z, x, y).then(
        (collection) => {
          for (const feature of collection.features) feature.properties['mvt:layer'] = id;
          tile.setFeatures(format.readFeatures(collection, { extent, featureProjection: projection }));
        },
        () => {
          tile.setState(TileState.ERROR);
          this.events.onTileError(id);
        },
      );
    });
  }
}

function setStyle(layer: VectorTileLayer | VectorLayer, source: string, styleLayers: StyleLayer[]): void {
  const layers = styleLayers.map((style) => ({ ...style, source }));
  const least = Math.min(...layers.map((style) => style.minzoom ?? 0));
  layer.setMinZoom(least > 0 ? least + ZOOM_SHIFT - 1e-9 : -Infinity);
  const style = { version: 8, sources: { [source]: { type: 'vector' } }, layers };
  stylefunction(layer, style, source, undefined, undefined, undefined, replaceFonts);
}
