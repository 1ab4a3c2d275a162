/** Collections on the map: one layer of tiles that hold all of them, and above it the names of areas. */

import { stylefunction } from 'ol-mapbox-style';
import { boundingExtent, buffer } from 'ol/extent';
import MVT from 'ol/format/MVT';
import VectorLayer from 'ol/layer/Vector';
import VectorTileLayer from 'ol/layer/VectorTile';
import type OlMap from 'ol/Map';
import RenderFeature from 'ol/render/Feature';
import VectorTileSource from 'ol/source/VectorTile';
import type Style from 'ol/style/Style';
import { createXYZ } from 'ol/tilegrid';
import TileState from 'ol/TileState';
import type VectorTile from 'ol/VectorTile';
import type { StyleLayer } from '../api/types';
import { AreaNames } from './areaNames';
import { fadeStyle } from './fade';
import { replaceFonts } from './fonts';
import { LAYER_PROPERTY } from './layerProperty';
import type { LayerSpec, MapEvents } from './types';

/** Marks of the page lie above the tiles, names above the marks. */
const TILES_HEIGHT = 10;
const NAMES_HEIGHT = 500;
/** Tiles of higher zooms are not asked for: those of this one are enlarged. */
const MAX_TILE_ZOOM = 16;
/** Names of both layers keep clear of each other. */
const DECLUTTER = 'names';
/** What the style calls its only source. */
const SOURCE = 'area';

type StyleFunction = (feature: RenderFeature, resolution: number) => Style[] | undefined;

export class CollectionLayers {
  readonly tiles: VectorTileLayer<VectorTileSource<RenderFeature>, RenderFeature>;
  private readonly events: MapEvents;
  // Features of tiles are drawn and hit but never changed, so the light kind of feature is enough.
  private readonly format = new MVT<RenderFeature>({ layerName: LAYER_PROPERTY });
  private readonly source: VectorTileSource<RenderFeature>;
  private readonly names: AreaNames;
  /** What is drawn, from the bottom up. */
  private drawn: string[] = [];
  /** Collections that the tiles hold; a hidden one stays in them, so that it is there at once when it is shown again. */
  private held: string[] = [];
  private style = '';

  constructor(map: OlMap, events: MapEvents) {
    this.events = events;
    this.source = new VectorTileSource({
      format: this.format,
      tileGrid: createXYZ({ tileSize: 512, maxZoom: MAX_TILE_ZOOM }),
      overlaps: true,
      transition: 0,
      tileLoadFunction: (tile, address) => this.loadTile(tile as VectorTile<RenderFeature>, address),
    });
    this.tiles = new VectorTileLayer({
      source: this.source,
      zIndex: TILES_HEIGHT,
      renderBuffer: 128,
      declutter: DECLUTTER,
    });
    const layer = new VectorLayer({ zIndex: NAMES_HEIGHT, declutter: DECLUTTER });
    this.names = new AreaNames(map, layer, events);
    map.addLayer(this.tiles);
    map.addLayer(layer);
  }

  /** Draws these and nothing else, from the bottom up; false: they are drawn already. */
  setLayers(specs: LayerSpec[]): boolean {
    this.holdLayers(specs);
    const visible = specs.filter((spec) => spec.visible);
    const shapes = visible.flatMap(({ style, opacity }) => fadeStyle(style.filter(isShape), opacity));
    const signs = (named: boolean) =>
      visible
        .filter(({ namedWhole }) => namedWhole === named)
        .flatMap(({ id, style, opacity }) =>
          // Whole areas are named from their own source, all others from the tiles.
          fadeStyle(style.filter(isSign), opacity).map((sign) =>
            named ? { ...sign, 'source-layer': id } : sign,
          ),
        );
    const style = JSON.stringify([shapes, signs(false), signs(true)]);
    if (style === this.style) return false;
    this.style = style;
    this.drawn = visible.map(({ id }) => id);
    setStyle(this.tiles, [...shapes, ...signs(false)]);
    setStyle(this.names.layer, signs(true));
    this.names.setLayers(visible.filter(({ namedWhole, style }) => namedWhole && style.some(isSign)));
    return true;
  }

  /** Asks for tiles with the visible collections; those in sight stay until the new ones are there. */
  private holdLayers(specs: LayerSpec[]): void {
    const known = new Set(specs.map(({ id }) => id));
    const held = new Set(this.held.filter((id) => known.has(id)));
    const missing = specs.some(({ id, visible }) => visible && !held.has(id));
    if (!missing && held.size === this.held.length) return;
    this.held = specs.filter(({ id, visible }) => visible || held.has(id)).map(({ id }) => id);
    const layers = this.held.join(',');
    // The library tells tiles apart by this address; the loader takes it apart again.
    this.source.setTileUrlFunction(([z, x, y]) => (layers ? `${layers}/${z}/${x}/${y}` : undefined), layers);
  }

  private loadTile(tile: VectorTile<RenderFeature>, address: string): void {
    const [layers = '', z, x, y] = address.split('/');
    const collections = layers.split(',');
    tile.setLoader((extent, _resolution, projection) => {
      this.events.loadTile(collections, Number(z), Number(x), Number(y)).then(
        (bytes) => {
          tile.setFeatures(this.format.readFeatures(bytes, { extent, featureProjection: projection }));
        },
        (error: unknown) => {
          tile.setState(TileState.ERROR);
          this.events.onTileError(error);
        },
      );
    });
  }

  /** Asks again for the tiles in sight, also for those that failed. */
  reload(): void {
    this.source.refresh();
  }

  /** Visits the features of tiles whose bounds come this near to a place, with how they are drawn. */
  visitNear(
    at: number[],
    distance: number,
    resolution: number,
    visit: (feature: RenderFeature, styles: Style[]) => void,
  ): void {
    const draw = this.tiles.getStyleFunction() as StyleFunction | undefined;
    for (const feature of this.tiles.getFeaturesInExtent(buffer(boundingExtent([at]), distance))) {
      // The next feature is drawn with the same objects, so they are not to be kept.
      const styles = draw?.(feature, resolution);
      if (styles?.length) visit(feature, styles);
    }
  }

  /** Something is on its way that the map library does not wait for. */
  get loading(): boolean {
    return this.names.loading;
  }

  /** Names of areas are hit where they are written. */
  isName(layer: unknown): boolean {
    return layer === this.names.layer;
  }

  /** How high a collection lies above the others. */
  findHeight(collection: string): number {
    return this.drawn.indexOf(collection);
  }
}

const isSign = ({ type }: StyleLayer) => type === 'symbol';
const isShape = ({ type }: StyleLayer) => type !== 'symbol' && type !== 'background';

function setStyle(layer: VectorTileLayer | VectorLayer, styleLayers: StyleLayer[]): void {
  const layers = styleLayers.map((style) => ({ ...style, source: SOURCE }));
  const style = { version: 8, sources: { [SOURCE]: { type: 'vector' } }, layers };
  stylefunction(layer, style, SOURCE, undefined, undefined, undefined, replaceFonts);
}
