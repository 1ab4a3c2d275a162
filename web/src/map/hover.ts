/** Follows the pointer: names the feature under it and marks it. */

import type OlMap from 'ol/Map';
import type MapBrowserEvent from 'ol/MapBrowserEvent';
import { toLonLat } from 'ol/proj';
import type { LonLat } from '../api/types';
import type { CollectionLayers } from './collectionLayers';
import { LAYER_PROPERTY } from './layerProperty';
import { findHits } from './hits';
import type { HoverMark } from './hoverMark';
import type { Hit, MapEvents } from './types';

/** The pointer rests for so long before what lies under it is looked for. */
const REST_MS = 40;

export class PointerHover {
  private readonly map: OlMap;
  private readonly layers: CollectionLayers;
  private readonly mark: HoverMark;
  private readonly events: MapEvents;
  private marked = '';
  private resting = 0;

  constructor(map: OlMap, layers: CollectionLayers, mark: HoverMark, events: MapEvents) {
    this.map = map;
    this.layers = layers;
    this.mark = mark;
    this.events = events;
    map.on('pointermove', (event) => this.followPointer(event));
    map.on('movestart', () => clearTimeout(this.resting));
    // What is marked does not move with the map.
    const view = map.getView();
    for (const change of ['change:center', 'change:resolution'] as const)
      view.on(change, () => this.forgetMoved());
    map.getViewport()?.addEventListener('pointerleave', () => this.clear());
  }

  private followPointer(event: MapBrowserEvent): void {
    if (event.dragging) return;
    const at = toLonLat(event.coordinate) as LonLat;
    const pixel = event.pixel;
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => {
      this.events.onPoint(at);
      this.hoverAt(pixel);
    }, REST_MS);
  }

  private hoverAt(pixel: number[]): void {
    const hit = findHits(this.map, this.layers, pixel)[0] ?? null;
    const key = hit ? `${hit.collection}/${hit.id}` : '';
    this.map.getTargetElement()?.classList.toggle('pointing', hit !== null);
    this.events.onHover(hit, [pixel[0]!, pixel[1]!]);
    if (key === this.marked) return;
    this.marked = key;
    this.mark.clear();
    if (hit) this.markPieces(hit);
  }

  private markPieces({ collection, id }: Hit): void {
    const extent = this.map.getView().calculateExtent(this.map.getSize());
    // Areas are only named: a mark would show where tiles cut them.
    const pieces = this.layers.tiles
      .getFeaturesInExtent(extent)
      .filter((feature) => Number(feature.getId()) === id && !feature.getType().includes('Polygon'))
      .filter((feature) => feature.get(LAYER_PROPERTY) === collection);
    if (pieces.length) this.mark.mark(pieces);
  }

  private forgetMoved(): void {
    if (!this.marked) return;
    this.marked = '';
    this.mark.clear();
  }

  private clear(): void {
    clearTimeout(this.resting);
    this.events.onPoint(null);
    this.marked = '';
    this.mark.clear();
    this.events.onHover(null, [0, 0]);
  }
}
