/** Collections as map layers and as rows: what lies above what, which style belongs to which, rows loaded page by page. */

import * as api from '../api/client';
import type { Collection, Extent, Feature, GeometryKind, StyleLayer } from '../api/types';

/** Style layers sorted by the collection they draw. */
export function styleByCollection(layers: StyleLayer[]): Record<string, StyleLayer[]> {
  const sorted: Record<string, StyleLayer[]> = {};
  for (const layer of layers) {
    const collection = layer['source-layer'];
    if (collection) (sorted[collection] ??= []).push(layer);
  }
  return sorted;
}

const HEIGHT: Record<GeometryKind, number> = { none: 0, polygon: 0, mixed: 1, line: 1, point: 2 };

/**
 * From the bottom up: areas, then lines, then points; of each kind the input first, in the order of the base style,
 * and the findings on top of it.
 */
export function orderLayers(collections: Collection[], styled: string[]): Collection[] {
  const rank = ({ id, fireplan }: Collection) => {
    const result = fireplan.compared?.length ? 2 : fireplan.group === 'result' ? 1 : 0;
    return (HEIGHT[fireplan.geometry] * 3 + result) * 10_000 + (styled.indexOf(id) + 1);
  };
  return [...collections].sort((a, b) => rank(a) - rank(b));
}

export function unionOf(collections: Collection[]): Extent | null {
  const boxes = collections.flatMap((one) => one.extent?.spatial?.bbox ?? []);
  return boxes.reduce<Extent | null>(
    (all, box) =>
      all
        ? [
            Math.min(all[0], box[0]),
            Math.min(all[1], box[1]),
            Math.max(all[2], box[2]),
            Math.max(all[3], box[3]),
          ]
        : box,
    null,
  );
}

const PAGE = 500;

/** The rows of a layer's attribute table, loaded as they are looked at. */
export class LayerRows {
  /** By number from 1: feature n is at n − 1. */
  rows = $state.raw<(Feature | undefined)[]>([]);
  loaded = $state(0);
  busy = $state(false);
  readonly collection: string;
  private pages = new Map<number, Promise<void>>();

  constructor(collection: string, count: number) {
    this.collection = collection;
    this.rows = new Array<Feature | undefined>(count).fill(undefined);
  }

  get complete(): boolean {
    return this.loaded >= this.rows.length;
  }

  /** Loads the pages that hold these rows. */
  async ensure(from: number, to: number): Promise<void> {
    const last = Math.floor(Math.max(from, Math.min(to, this.rows.length) - 1) / PAGE);
    const wanted: Promise<void>[] = [];
    for (let page = Math.floor(from / PAGE); page <= last; page++) {
      let loading = this.pages.get(page);
      if (!loading) {
        loading = this.page(page);
        this.pages.set(page, loading);
        loading.catch(() => this.pages.delete(page));
      }
      wanted.push(loading);
    }
    await Promise.all(wanted);
  }

  async all(): Promise<void> {
    this.busy = true;
    try {
      for (let from = 0; from < this.rows.length; from += PAGE) await this.ensure(from, from + 1);
    } finally {
      this.busy = false;
    }
  }

  private async page(page: number): Promise<void> {
    const { features } = await api.loadFeatures(this.collection, { limit: PAGE, offset: page * PAGE });
    const rows = this.rows.slice();
    // Only what the table shows is kept.
    for (const feature of features) rows[feature.id - 1] = { ...feature, geometry: null };
    this.rows = rows;
    this.loaded += features.length;
  }
}
