/** How each collection is drawn, for the theme that the page has. */

import type { LegendEntry, StyleLayer } from '../api/types';
import { readLegend } from './legend';

/** Sorts style layers by the collection that they draw. */
export function groupStyleLayers(layers: StyleLayer[]): Record<string, StyleLayer[]> {
  const groups: Record<string, StyleLayer[]> = {};
  for (const layer of layers) {
    // Names of areas are drawn from a layer of their own in the tiles of the same source.
    const collection = layer.source;
    if (collection) (groups[collection] ??= []).push(layer);
  }
  return groups;
}

export class LayerStyles {
  byCollection = $state.raw<Record<string, StyleLayer[]>>({});
  /** The colour under all layers. */
  ground = $state.raw<string | null>(null);

  addStyle(layers: StyleLayer[]): void {
    const ground = layers.find((layer) => layer.type === 'background')?.paint?.['background-color'];
    if (typeof ground === 'string') this.ground = ground;
    this.byCollection = { ...this.byCollection, ...groupStyleLayers(layers) };
  }

  /** Drops the styles of the other theme. */
  replaceStyles(layers: StyleLayer[]): void {
    this.byCollection = {};
    this.addStyle(layers);
  }

  listLegend(collection: string): LegendEntry[] {
    return readLegend(this.byCollection[collection] ?? []);
  }
}
