/** Follows the pointer: names the feature under it and marks it. */

import type OlMap from 'ol/Map';
import type MapBrowserEvent from 'ol/MapBrowserEvent';
import { toLonLat } from 'ol/proj';
import { toFeature } from 'ol/render/Feature';
import type { LonLat } from '../api/types';
import type { CollectionLayers } from './collectionLayers';
import { LAYER_PROPERTY } from './layerProperty';
import { findHits } from './hits';
import type { FeatureMarks } from './marks';
import type { Hit, MapEvents } from './types';

/** The pointer rests for so long before what lies under it is looked for. */
const REST_MS = 40;

export class PointerHover {
  private readonly map: OlMap;
  private readonly layers: CollectionLayers;
  private readonly marks: FeatureMarks;
  private readonly events: MapEvents;
  private marked = '';
  private resting = 0;

  constructor(map: OlMap, layers: CollectionLayers, marks: FeatureMarks, events: MapEvents) {
    this.map = map;
    this.layers = layers;
    this.marks = marks;
    this.events = events;
    map.on('pointermove', (event) => this.followPointer(event));
    map.on('movestart', () => clearTimeout(this.resting));
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
    this.marks.hovered.clear();
    if (hit) this.markPieces(hit);
  }

  private markPieces({ collection, id }: Hit): void {
    const extent = this.map.getView().calculateExtent(this.map.getSize());
    for (const feature of this.layers.tiles.getFeaturesInExtent(extent)) {
      // Areas are only named: a mark would show where tiles cut them.
      if (Number(feature.getId()) !== id || feature.getType().includes('Polygon')) continue;
      if (feature.get(LAYER_PROPERTY) === collection) this.marks.hovered.addFeature(toFeature(feature));
    }
  }

  private clear(): void {
    clearTimeout(this.resting);
    this.events.onPoint(null);
    this.marked = '';
    this.marks.hovered.clear();
    this.events.onHover(null, [0, 0]);
  }
}
