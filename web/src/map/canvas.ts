/** The map: the only file that knows the map library. Coordinates go in and out as longitude and latitude. */

import { stylefunction } from 'ol-mapbox-style';
import OlFeature from 'ol/Feature';
import type { FeatureLike } from 'ol/Feature';
import OlMap from 'ol/Map';
import View from 'ol/View';
import type { Coordinate } from 'ol/coordinate';
import { ScaleLine } from 'ol/control';
import { createEmpty, getCenter, getHeight, getWidth, isEmpty, type Extent } from 'ol/extent';
import GeoJSON from 'ol/format/GeoJSON';
import { LineString, MultiPolygon, Point, Polygon } from 'ol/geom';
import { defaults as interactions } from 'ol/interaction';
import { Draw, KeyboardPan, KeyboardZoom, Translate } from 'ol/interaction';
import TileLayer from 'ol/layer/Tile';
import VectorLayer from 'ol/layer/Vector';
import VectorTileLayer from 'ol/layer/VectorTile';
import { all } from 'ol/loadingstrategy';
import { fromLonLat, getPointResolution, toLonLat, transformExtent } from 'ol/proj';
import RenderFeature, { toFeature } from 'ol/render/Feature';
import VectorSource from 'ol/source/Vector';
import VectorTileSource from 'ol/source/VectorTile';
import XYZ from 'ol/source/XYZ';
import { Circle, Fill, Stroke, Style, Text } from 'ol/style';
import { createXYZ } from 'ol/tilegrid';
import TileState from 'ol/TileState';
import type VectorTile from 'ol/VectorTile';

import type { Basemap, Feature, FeatureCollection, StyleLayer, Value } from '../api/types';
import type { Handle, Sketch } from '../scenarios/scenario';

export interface LayerSpec {
  id: string;
  /** The style layers that draw this collection, in order. */
  style: StyleLayer[];
  visible: boolean;
  opacity: number;
  /** Few areas: each is named once, inside, not once in every tile it is cut into. */
  namedWhole: boolean;
}

export interface Hit {
  collection: string;
  id: number;
  properties: Record<string, Value>;
}

export interface Position {
  zoom: number;
  lon: number;
  lat: number;
}

export interface Hooks {
  tile(collection: string, z: number, x: number, y: number): Promise<FeatureCollection>;
  /** All features of a collection. */
  whole(collection: string): Promise<FeatureCollection>;
  moved(position: Position, scale: number): void;
  pointed(lonLat: [number, number] | null): void;
  hovered(hit: Hit | null, pixel: [number, number]): void;
  picked(hits: Hit[], at: [number, number]): void;
  /** A handle was dropped at a place. */
  dragged(station: string, at: [number, number]): void;
  /** A line was drawn. */
  drawn(line: [number, number][]): void;
  /** Drawn completely, or not yet. */
  settled(done: boolean): void;
  tileFailed(collection: string): void;
}

/** One collection on the map: two layers over the same tiles. */
interface Drawn {
  shapes: VectorTileLayer;
  labels: VectorTileLayer | VectorLayer;
  style: string;
}

/** Heights in the stack. */
const SHAPES = 10;
const LABELS = 500;
const MARKS = 400;
const PLANNED = 900;

/** Tiles beyond this zoom are enlarged. */
const MAX_TILE_ZOOM = 16;
const FONTS = [
  'Noto Sans CJK SC',
  'Source Han Sans SC',
  'PingFang SC',
  'Microsoft YaHei',
  'WenQuanYi Micro Hei',
  'sans-serif',
];
/** Zoom in the sense of 512-pixel tiles, as in map styles: one less than the library's. */
const ZOOM_SHIFT = 1;
const METRES_PER_PIXEL_ON_SCREEN = 0.0254 / 96;

export class MapCanvas {
  private readonly map: OlMap;
  private readonly view: View;
  private readonly layers = new Map<string, Drawn>();
  private readonly selected = new VectorSource();
  private readonly hoverSource = new VectorSource<OlFeature>();
  private readonly marks: VectorLayer[];
  private readonly planned = new VectorSource<OlFeature>();
  private readonly plannedLayer = new VectorLayer({
    source: this.planned,
    zIndex: PLANNED,
    style: (feature) => this.plannedStyle(feature),
  });
  /** Only stations move. */
  private readonly translate = new Translate({
    layers: [this.plannedLayer],
    filter: (feature) => feature.get('station') !== undefined,
    hitTolerance: 6,
  });
  private drawing: Draw | null = null;
  private base: { id: string; layer: TileLayer } | null = null;
  private hovering = '';
  private pointer = 0;
  private accent = '#17607a';
  private halo = '#ffffff';
  private readonly hooks: Hooks;
  private readonly tileGrid = createXYZ({ tileSize: 512, maxZoom: MAX_TILE_ZOOM });

  /** `beside`: the map whose place and scale this one shares. */
  constructor(target: HTMLElement, hooks: Hooks, beside?: MapCanvas) {
    this.hooks = hooks;
    this.view =
      beside?.view ?? new View({ center: [0, 0], zoom: 3, minZoom: 4, maxZoom: 20.5, enableRotation: false });
    const scaleTarget = document.createElement('div');
    scaleTarget.className = 'scale-line';
    target.append(scaleTarget);
    this.marks = [
      new VectorLayer({
        source: this.hoverSource,
        zIndex: MARKS,
        style: (feature) => this.mark(feature, 0.55),
      }),
      new VectorLayer({
        source: this.selected,
        zIndex: MARKS + 1,
        style: (feature) => (feature.get('companion') ? this.companion(feature) : this.mark(feature, 1)),
      }),
    ];
    this.map = new OlMap({
      target,
      view: this.view,
      layers: [...this.marks, this.plannedLayer],
      controls: [new ScaleLine({ units: 'metric', minWidth: 72, target: scaleTarget })],
      interactions: interactions({ altShiftDragRotate: false, pinchRotate: false, keyboard: false }).extend([
        new KeyboardPan({ pixelDelta: 96 }),
        new KeyboardZoom(),
      ]),
    });
    this.map.on('moveend', () => this.tellPosition());
    this.map.on('loadstart', () => hooks.settled(false));
    this.map.on('rendercomplete', () => hooks.settled(true));
    this.map.on('click', (event) => {
      if (this.drawing) return;
      hooks.picked(this.hitsAt(event.pixel), toLonLat(event.coordinate) as [number, number]);
    });
    this.translate.on('translateend', ({ features }) => {
      const handle = features.item(0);
      const point = handle?.getGeometry();
      if (point instanceof Point)
        hooks.dragged(String(handle?.get('station')), toLonLat(point.getCoordinates()) as [number, number]);
    });
    this.map.addInteraction(this.translate);
    this.map.on('pointermove', (event) => {
      if (event.dragging) return;
      const lonLat = toLonLat(event.coordinate) as [number, number];
      cancelAnimationFrame(this.pointer);
      this.pointer = requestAnimationFrame(() => {
        hooks.pointed(lonLat);
        this.hover(event.pixel);
      });
    });
    const viewport = this.map.getViewport();
    viewport?.addEventListener('pointerleave', () => {
      cancelAnimationFrame(this.pointer);
      hooks.pointed(null);
      this.clearHover();
    });
    // From the keyboard: what lies at the middle of the map.
    target.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.target !== target) return;
      const size = this.map.getSize();
      const centre = this.view.getCenter();
      if (size && centre)
        hooks.picked(this.hitsAt([size[0]! / 2, size[1]! / 2]), toLonLat(centre) as [number, number]);
    });
  }

  /** The place it stands in got another size. */
  resized(): void {
    requestAnimationFrame(() => this.map.updateSize());
  }

  dispose(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }

  /** What is drawn, from the bottom up; names and signs above all shapes. */
  setLayers(specs: LayerSpec[]): void {
    const wanted = new Set(specs.map((spec) => spec.id));
    for (const [id, { shapes, labels }] of this.layers) {
      if (wanted.has(id)) continue;
      this.map.removeLayer(shapes);
      this.map.removeLayer(labels);
      this.layers.delete(id);
    }
    specs.forEach((spec, at) => {
      let drawn = this.layers.get(spec.id);
      if (!drawn) {
        drawn = this.newLayers(spec);
        this.layers.set(spec.id, drawn);
        this.map.addLayer(drawn.shapes);
        this.map.addLayer(drawn.labels);
      }
      const style = JSON.stringify(spec.style);
      const changed = style !== drawn.style;
      drawn.style = style;
      const signs = spec.style.filter((one) => one.type === 'symbol');
      const rest = spec.style.filter((one) => one.type !== 'symbol' && one.type !== 'background');
      for (const [layer, part, height] of [
        [drawn.shapes, rest, SHAPES],
        [drawn.labels, signs, LABELS],
      ] as const) {
        layer.setZIndex(height + at);
        layer.setOpacity(spec.opacity);
        layer.setVisible(spec.visible && part.length > 0);
        if (changed && part.length) this.setStyle(layer, spec.id, part);
      }
    });
  }

  setColours(accent: string, halo: string): void {
    this.accent = accent;
    this.halo = halo;
    [...this.marks, this.plannedLayer].forEach((layer) => layer.changed());
  }

  /** Stations of the scenario, which can be dragged, and what else it adds or closes. */
  setPlan(handles: Handle[], sketch: Sketch[]): void {
    const points = handles.map(({ at, ...handle }) => {
      const feature = new OlFeature(new Point(fromLonLat(at)));
      feature.setProperties(handle);
      return feature;
    });
    const others = sketch.map(({ points, ...sketched }) => {
      const place = points.map((at) => fromLonLat(at));
      const feature = new OlFeature(place.length > 1 ? new LineString(place) : new Point(place[0]!));
      feature.setProperties(sketched);
      return feature;
    });
    this.planned.clear();
    this.planned.addFeatures([...others, ...points]);
  }

  /** What a click on the map means: picking features (`null`), pointing at a place, or drawing a line. */
  setTool(tool: 'point' | 'line' | null): void {
    this.map.getTargetElement()?.classList.toggle('aiming', tool !== null);
    this.translate.setActive(tool === null);
    if (this.drawing) this.map.removeInteraction(this.drawing);
    this.drawing = null;
    if (tool !== 'line') return;
    this.drawing = new Draw({ type: 'LineString' });
    this.drawing.on('drawend', ({ feature }) => {
      const line = feature.getGeometry();
      if (line instanceof LineString)
        this.hooks.drawn(line.getCoordinates().map((at) => toLonLat(at) as [number, number]));
    });
    this.map.addInteraction(this.drawing);
  }

  private plannedStyle(feature: FeatureLike): Style[] {
    const state = String(feature.get('state'));
    const colour = this.accent;
    if (feature.getGeometry()?.getType() === 'LineString') {
      const line = (width: number, color: string, lineDash?: number[]) =>
        new Style({ stroke: new Stroke({ color, width, lineDash }) });
      return [line(8, this.halo), line(5, colour), line(2, this.halo, [7, 5])];
    }
    const sign = { there: '', moved: '↔', new: '+', gone: '×' }[state] ?? '';
    const ring = new Circle({
      radius: state === 'there' ? 8 : 10,
      fill: new Fill({ color: state === 'there' ? `${this.halo}55` : this.halo }),
      stroke: new Stroke({ color: colour, width: 2.5, lineDash: state === 'gone' ? [3, 3] : undefined }),
    });
    const text = (words: string, offsetY: number, size: number) =>
      new Text({
        text: words,
        offsetY,
        font: `600 ${size}px ${FONTS.map((font) => `'${font}'`).join(',')}`,
        fill: new Fill({ color: colour }),
        stroke: new Stroke({ color: this.halo, width: 3 }),
      });
    const styles = [new Style({ image: ring, text: text(sign, 1, 14) })];
    if (state !== 'there') styles.push(new Style({ text: text(String(feature.get('name')), 21, 12) }));
    return styles;
  }

  setBasemap(basemap: Basemap | null): void {
    if ((basemap?.id ?? '') === (this.base?.id ?? '')) return;
    if (this.base) this.map.removeLayer(this.base.layer);
    this.base = null;
    if (!basemap) return;
    const source = new XYZ({ url: basemap.url, maxZoom: basemap.maxzoom ?? 18 });
    this.base = { id: basemap.id, layer: new TileLayer({ source, zIndex: 0 }) };
    this.map.addLayer(this.base.layer);
  }

  setPosition({ zoom, lon, lat }: Position): void {
    this.view.setCenter(fromLonLat([lon, lat]));
    this.view.setZoom(zoom + ZOOM_SHIFT);
  }

  fit(extent: [number, number, number, number], animate = true): void {
    const projected = transformExtent(extent, 'EPSG:4326', 'EPSG:3857');
    if (isEmpty(projected)) return;
    this.view.fit(projected, { padding: [28, 28, 44, 28], duration: animate ? duration() : 0, maxZoom: 18 });
  }

  zoomBy(steps: number): void {
    const zoom = this.view.getZoom();
    if (zoom !== undefined) this.view.animate({ zoom: zoom + steps, duration: duration() });
  }

  /**
   * Marks a feature, and more lightly what belongs to it; `reveal` brings all of it into the part of the map that nothing
   * covers.
   */
  select(feature: Feature | null, companions: Feature[], reveal: boolean, coveredRight: number): void {
    this.selected.clear();
    if (!feature?.geometry) return;
    const read = (one: Feature) =>
      new GeoJSON().readFeatures(one, { featureProjection: 'EPSG:3857' }) as OlFeature[];
    const others = companions.filter((one) => one.geometry).flatMap(read);
    others.forEach((one) => one.set('companion', true));
    this.selected.addFeatures([...others, ...read(feature)]);
    const extent = this.selected.getExtent();
    if (reveal && extent) this.reveal(extent, coveredRight);
  }

  focus(): void {
    this.map.getTargetElement()?.focus();
  }

  private newLayers({ id, namedWhole }: LayerSpec): Drawn {
    // Features of tiles are only drawn and hit, never changed: the light kind will do.
    const format = new GeoJSON<RenderFeature>({ featureClass: RenderFeature });
    const source = new VectorTileSource({
      format,
      tileGrid: this.tileGrid,
      // Tiles are told apart by this address; `load` asks for them.
      url: `${id}/{z}/{x}/{y}`,
      overlaps: true,
      transition: 0,
      tileLoadFunction: (tile) => this.load(tile as VectorTile<RenderFeature>, id, format),
    });
    const properties = { collection: id };
    const shapes = new VectorTileLayer({ source, renderBuffer: 64, visible: false, properties });
    const named = { declutter: 'labels', renderBuffer: 128, visible: false, properties };
    const labels = namedWhole
      ? new VectorLayer({ ...named, source: this.nameSource(id) })
      : new VectorTileLayer({ ...named, source });
    return { shapes, labels, style: '' };
  }

  /** A point inside every area, to write its name at; inside the largest part of those that have several. */
  private nameSource(id: string): VectorSource {
    const source: VectorSource = new VectorSource({
      strategy: all,
      loader: (_extent, _resolution, projection, success, failure) => {
        this.hooks.whole(id).then((collection) => {
          const features = new GeoJSON().readFeatures(collection, { featureProjection: projection });
          for (const feature of features) {
            const geometry = feature.getGeometry();
            const parts = geometry instanceof MultiPolygon ? geometry.getPolygons() : [];
            const largest = parts.reduce<Polygon | null>(
              (best, part) => (best && best.getArea() >= part.getArea() ? best : part),
              geometry instanceof Polygon ? geometry : null,
            );
            if (largest) feature.setGeometry(largest.getInteriorPoint());
            feature.set('mvt:layer', id);
          }
          source.addFeatures(features);
          success?.(features);
        }, failure);
      },
    });
    return source;
  }

  private load(tile: VectorTile<RenderFeature>, id: string, format: GeoJSON<RenderFeature>): void {
    const [z = 0, x = 0, y = 0] = tile.getTileCoord();
    tile.setLoader((extent, _resolution, projection) => {
      this.hooks.tile(id, z, x, y).then(
        (collection) => {
          for (const feature of collection.features) feature.properties['mvt:layer'] = id;
          tile.setFeatures(format.readFeatures(collection, { extent, featureProjection: projection }));
        },
        () => {
          tile.setState(TileState.ERROR);
          this.hooks.tileFailed(id);
        },
      );
    });
  }

  private setStyle(layer: VectorTileLayer | VectorLayer, source: string, part: StyleLayer[]): void {
    const layers = part.map((style) => ({ ...style, source }));
    const least = Math.min(...layers.map((style) => style.minzoom ?? 0));
    layer.setMinZoom(least > 0 ? least + ZOOM_SHIFT - 1e-9 : -Infinity);
    const style = { version: 8, sources: { [source]: { type: 'vector' } }, layers };
    stylefunction(layer, style, source, undefined, undefined, undefined, (fonts) =>
      // Whatever weight the style asks for, in the fonts that offices have.
      FONTS.map((font) => (fonts.some((name) => /bold/i.test(name)) ? `${font} Bold` : font)),
    );
  }

  private tellPosition(): void {
    const center = this.view.getCenter();
    const zoom = this.view.getZoom();
    const resolution = this.view.getResolution();
    if (!center || zoom === undefined || resolution === undefined) return;
    const [lon = 0, lat = 0] = toLonLat(center);
    const metres = getPointResolution('EPSG:3857', resolution, center, 'm');
    this.hooks.moved({ zoom: zoom - ZOOM_SHIFT, lon, lat }, metres / METRES_PER_PIXEL_ON_SCREEN);
  }

  private hitsAt(pixel: number[]): Hit[] {
    const hits = new Map<string, Hit & { size: number; height: number }>();
    this.map.forEachFeatureAtPixel(
      pixel,
      (feature, layer) => {
        const collection = layer?.get('collection') as string | undefined;
        const id = Number(feature.getId());
        if (!collection || !Number.isInteger(id)) return;
        const key = `${collection}/${id}`;
        if (hits.has(key)) return;
        const hit = { collection, id, properties: feature.getProperties() };
        hits.set(key, { ...hit, size: size(feature), height: layer?.getZIndex() ?? 0 });
      },
      { hitTolerance: 4, layerFilter: (layer) => layer.get('collection') !== undefined },
    );
    // Points before lines before areas, the smaller area first: the smallest target was meant. Then what lies on top.
    return [...hits.values()].sort((a, b) => a.size - b.size || b.height - a.height);
  }

  private hover(pixel: number[]): void {
    const hit = this.hitsAt(pixel)[0] ?? null;
    const key = hit ? `${hit.collection}/${hit.id}` : '';
    this.map.getTargetElement()?.classList.toggle('pointing', hit !== null);
    this.hooks.hovered(hit, [pixel[0]!, pixel[1]!]);
    if (key === this.hovering) return;
    this.hovering = key;
    this.hoverSource.clear();
    const layer = hit && this.layers.get(hit.collection)?.shapes;
    const extent = this.view.calculateExtent(this.map.getSize());
    if (!hit || !layer) return;
    for (const piece of layer.getFeaturesInExtent(extent)) {
      const feature = piece as unknown as RenderFeature;
      // Cut edges would show on areas: those are only named.
      if (Number(feature.getId()) !== hit.id || feature.getType().includes('Polygon')) continue;
      this.hoverSource.addFeature(toFeature(feature));
    }
  }

  private clearHover(): void {
    this.hovering = '';
    this.hoverSource.clear();
    this.hooks.hovered(null, [0, 0]);
  }

  private reveal(extent: Extent, coveredRight: number): void {
    const size = this.map.getSize();
    const resolution = this.view.getResolution();
    if (!size || !resolution) return;
    const [width = 0, height = 0] = size;
    const room: [number, number] = [Math.max(160, width - coveredRight - 80), Math.max(120, height - 100)];
    const fits = getWidth(extent) / resolution < room[0] && getHeight(extent) / resolution < room[1];
    const longest = Math.max(getWidth(extent), getHeight(extent)) / resolution;
    const speck = longest > 0 && longest < 12;
    if (!fits || speck) {
      const padding = [50, coveredRight + 40, 50, 40];
      this.view.fit(extent, { padding, duration: duration(), maxZoom: speck ? 14 : 17 });
      return;
    }
    const [x = 0, y = 0] = this.map.getPixelFromCoordinate(getCenter(extent)) ?? [];
    const inside = x > 40 && x < width - coveredRight - 40 && y > 50 && y < height - 50;
    if (inside) return;
    const centre: Coordinate = getCenter(extent);
    centre[0]! += (coveredRight / 2) * resolution;
    this.view.animate({ center: centre, duration: duration() });
  }

  /** What belongs to the chosen feature: a line in its colour, a smaller ring. */
  private companion(feature: FeatureLike): Style[] {
    const line = (width: number, color: string) => new Style({ stroke: new Stroke({ color, width }) });
    if (!feature.getGeometry()?.getType().includes('Point'))
      return [line(6, `${this.halo}cc`), line(3, this.accent)];
    const ring = (width: number, color: string) =>
      new Style({ image: new Circle({ radius: 7, stroke: new Stroke({ color, width }) }) });
    return [ring(4, this.halo), ring(2, this.accent)];
  }

  private mark(feature: FeatureLike, strength: number): Style[] {
    const type = feature.getGeometry()?.getType() ?? '';
    const colour = this.accent;
    if (type.includes('Point')) {
      const ring = (radius: number, width: number, stroke: string) =>
        new Style({ image: new Circle({ radius, stroke: new Stroke({ color: stroke, width }) }) });
      return [ring(11, 5, this.halo), ring(11, strength < 1 ? 2 : 3, colour)];
    }
    const line = (width: number, color: string) => new Style({ stroke: new Stroke({ color, width }) });
    if (type.includes('Polygon')) {
      const fill = new Style({ fill: new Fill({ color: `${colour}1f` }) });
      return [fill, line(5, `${this.halo}cc`), line(2.5, colour)];
    }
    return strength < 1 ? [line(6, `${colour}88`)] : [line(10, this.halo), line(6, colour)];
  }
}

function duration(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 220;
}

function size(feature: FeatureLike): number {
  const type = feature.getGeometry()?.getType() ?? '';
  if (type.includes('Point')) return 0;
  if (type.includes('Line')) return 1;
  const extent = feature.getGeometry()?.getExtent() ?? createEmpty();
  return 2 + getWidth(extent) * getHeight(extent);
}
