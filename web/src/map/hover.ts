/** Follows the pointer: names the feature under it and marks it. */

import type OlMap from 'ol/Map';
import type MapBrowserEvent from 'ol/MapBrowserEvent';
import { toLonLat } from 'ol/proj';
import type RenderFeature from 'ol/render/Feature';
import { toFeature } from 'ol/render/Feature';
import type { LonLat } from '../api/types';
import type { CollectionLayers } from './collectionLayers';
import { findHits } from './hits';
import type { FeatureMarks } from './marks';
import type { Hit, MapEvents } from './types';

export class PointerHover {
  private readonly map: OlMap;
  private readonly layers: CollectionLayers;
  private readonly marks: FeatureMarks;
  private readonly events: MapEvents;
  private marked = '';
  private frame = 0;

  constructor(map: OlMap, layers: CollectionLayers, marks: FeatureMarks, events: MapEvents) {
    this.map = map;
    this.layers = layers;
    this.marks = marks;
    this.events = events;
    map.on('pointermove', (event) => this.followPointer(event));
    map.getViewport()?.addEventListener('pointerleave', () => this.clear());
  }

  /** Looks for features at most once a frame, for the pointer moves more often. */
  private followPointer(event: MapBrowserEvent): void {
    if (event.dragging) return;
    const at = toLonLat(event.coordinate) as LonLat;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      this.events.onPoint(at);
      this.hoverAt(event.pixel);
    });
  }

  private hoverAt(pixel: number[]): void {
    const hit = findHits(this.map, pixel)[0] ?? null;
    const key = hit ? `${hit.collection}/${hit.id}` : '';
    this.map.getTargetElement()?.classList.toggle('pointing', hit !== null);
    this.events.onHover(hit, [pixel[0]!, pixel[1]!]);
    if (key === this.marked) return;
    this.marked = key;
    this.marks.hovered.clear();
    if (hit) this.markPieces(hit);
  }

  private markPieces(hit: Hit): void {
    const extent = this.map.getView().calculateExtent(this.map.getSize());
    for (const piece of this.layers.findShapes(hit.collection)?.getFeaturesInExtent(extent) ?? []) {
      const feature = piece as unknown as RenderFeature;
      // Areas are only named: a mark would show where tiles cut them.
      if (Number(feature.getId()) !== hit.id || feature.getType().includes('Polygon')) continue;
      this.marks.hovered.addFeature(toFeature(feature));
    }
  }

  private clear(): void {
    cancelAnimationFrame(this.frame);
    this.events.onPoint(null);
    this.marked = '';
    this.marks.hovered.clear();
    this.events.onHover(null, [0, 0]);
  }
}
