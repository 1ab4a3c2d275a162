/** One map of the page: its position, its layers and its events. Coordinates go in and out as longitude and latitude. */

import { ScaleLine } from 'ol/control';
import { defaults as makeInteractions, KeyboardPan, KeyboardZoom } from 'ol/interaction';
import TileLayer from 'ol/layer/Tile';
import OlMap from 'ol/Map';
import { toLonLat } from 'ol/proj';
import XYZ from 'ol/source/XYZ';
import type View from 'ol/View';
import type { Basemap, Extent, Feature, LonLat } from '../api/types';
import type { Marker } from '../app/hash';
import type { ShownScenario } from '../scenarios/scenarios.svelte';
import { CollectionLayers } from './collectionLayers';
import type { MapColours } from './colours';
import { findHits, findNamedAreas } from './hits';
import { PointerHover } from './hover';
import { HoverMark } from './hoverMark';
import { MarkerLayer } from './markerLayer';
import { FeatureMarks } from './marks';
import { MeasureLayer } from './measureLayer';
import { fitExtent, makeView, readPosition, revealExtent, setPosition, zoomBy } from './position';
import { ScenarioLayer } from './scenarioLayer';
import type { Hit, LayerSpec, MapActions, MapEvents, MapPosition, MapTool } from './types';

export class MapCanvas implements MapActions {
  private readonly map: OlMap;
  private readonly view: View;
  private readonly events: MapEvents;
  private readonly collections: CollectionLayers;
  private readonly marks: FeatureMarks;
  private readonly scenario: ScenarioLayer;
  private readonly marker: MarkerLayer;
  private readonly measure: MeasureLayer;
  private readonly colours: MapColours = { accent: '#17607a', halo: '#ffffff' };
  private basemap: { id: string; layer: TileLayer } | null = null;
  /** What the map was fitted to, as long as nobody has moved it since. */
  private fitted: Extent | null = null;

  /** The map shares position and scale with the one it stands `beside`. */
  constructor(target: HTMLElement, events: MapEvents, beside?: MapCanvas) {
    this.events = events;
    this.view = beside?.view ?? makeView();
    this.marks = new FeatureMarks(this.colours);
    this.map = new OlMap({
      target,
      view: this.view,
      layers: this.marks.layers,
      controls: [makeScaleLine(target)],
      interactions: makeInteractions({
        altShiftDragRotate: false,
        pinchRotate: false,
        keyboard: false,
      }).extend([new KeyboardPan({ pixelDelta: 96 }), new KeyboardZoom()]),
    });
    this.collections = new CollectionLayers(this.map, events);
    this.scenario = new ScenarioLayer(this.map, events, this.colours);
    this.marker = new MarkerLayer(this.map, this.colours);
    this.measure = new MeasureLayer(this.map, this.colours, (line) => events.onMeasure(line));
    new PointerHover(this.map, this.collections, new HoverMark(this.map, this.colours), events);
    this.listen(target);
  }

  private listen(target: HTMLElement): void {
    this.map.on('moveend', () => {
      const now = readPosition(this.view);
      if (now) this.events.onMove(now.position, now.scale);
    });
    // An extent that is in sight stays so when panels open or the window changes.
    this.map.on('change:size', () => {
      if (this.fitted) fitExtent(this.view, this.fitted, false);
    });
    this.map.on('pointerdrag', () => (this.fitted = null));
    for (const act of ['wheel', 'dblclick', 'keydown'])
      target.addEventListener(act, () => (this.fitted = null), { passive: true });
    this.map.on('loadstart', () => this.events.onSettle(false));
    this.map.on('rendercomplete', () => this.events.onSettle(!this.collections.loading));
    this.map.on('click', (event) => {
      if (this.scenario.drawing || this.measure.drawing) return;
      this.pickAt(event.pixel, event.coordinate);
    });
    // Without a pointer, Enter picks what lies at the middle of the map.
    target.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.target !== target) return;
      const size = this.map.getSize();
      const centre = this.view.getCenter();
      if (size && centre) this.pickAt([size[0]! / 2, size[1]! / 2], centre);
    });
  }

  private pickAt(pixel: number[], at: number[]): void {
    const hits = findHits(this.map, this.collections, pixel);
    const isKnown = (one: Hit) =>
      hits.some(({ collection, id }) => collection === one.collection && id === one.id);
    const named = findNamedAreas(this.map, this.collections, pixel).filter((one) => !isKnown(one));
    this.events.onPick([...hits, ...named], toLonLat(at) as LonLat);
  }

  /** The library hears when the window changes its size, but not when only the element of the map does. */
  updateSize(): void {
    requestAnimationFrame(() => this.map.updateSize());
  }

  async refit(change: () => Promise<void>): Promise<void> {
    const before = this.map.getSize();
    const extent = before && this.view.calculateExtent(before);
    await change();
    this.map.updateSize();
    const size = this.map.getSize();
    if (extent && size) this.view.fit(extent, { size });
    await new Promise<void>((done) => {
      this.map.once('rendercomplete', () => done());
      this.map.render();
    });
  }

  dispose(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }

  setLayers(specs: LayerSpec[]): void {
    // What is drawn is not yet what is asked for; the next drawing is.
    if (this.collections.setLayers(specs)) this.events.onSettle(false);
  }

  setColours(colours: MapColours): void {
    Object.assign(this.colours, colours);
    [...this.marks.layers, this.scenario.layer, this.marker.layer, this.measure.layer].forEach((layer) =>
      layer.changed(),
    );
  }

  setScenario(scenario: ShownScenario): void {
    this.scenario.setMarks(scenario);
  }

  setMarker(marker: Marker | null): void {
    this.marker.setMarker(marker);
  }

  reloadTiles(): void {
    this.collections.reload();
  }

  setTool(tool: MapTool | null): void {
    this.scenario.setTool(tool === 'measure' ? null : tool);
    this.measure.setActive(tool === 'measure');
  }

  setBasemap(basemap: Basemap | null): void {
    if ((basemap?.id ?? '') === (this.basemap?.id ?? '')) return;
    if (this.basemap) this.map.removeLayer(this.basemap.layer);
    this.basemap = null;
    if (!basemap) return;
    const source = new XYZ({ url: basemap.url, maxZoom: 18 });
    this.basemap = { id: basemap.id, layer: new TileLayer({ source, zIndex: 0 }) };
    this.map.addLayer(this.basemap.layer);
  }

  setPosition(position: MapPosition): void {
    this.fitted = null;
    setPosition(this.view, position);
  }

  fitExtent(extent: Extent, animate = true): void {
    this.fitted = extent;
    fitExtent(this.view, extent, animate);
  }

  zoomBy(steps: number): void {
    this.fitted = null;
    zoomBy(this.view, steps);
  }

  markFeature(feature: Feature | null, companions: Feature[], reveal: boolean, coveredRight: number): void {
    const extent = this.marks.markFeature(feature, companions);
    if (reveal && extent) this.fitted = null;
    if (reveal && extent) revealExtent(this.map, extent, coveredRight);
  }

  focus(): void {
    this.map.getTargetElement()?.focus();
  }
}

function makeScaleLine(target: HTMLElement): ScaleLine {
  const element = document.createElement('div');
  element.className = 'scale-line';
  target.append(element);
  return new ScaleLine({ units: 'metric', minWidth: 72, target: element });
}
