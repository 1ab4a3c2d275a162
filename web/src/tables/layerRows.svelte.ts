/** The rows of a layer's attribute table. */

import * as api from '../api/client';
import type { Feature } from '../api/types';

const PAGE_SIZE = 500;

/** A layer can have a million rows, so pages of them are loaded as they are looked at. */
export class LayerRows {
  /** Features are numbered from 1: feature n is at n − 1. */
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
  async loadRows(from: number, to: number): Promise<void> {
    const last = Math.floor(Math.max(from, Math.min(to, this.rows.length) - 1) / PAGE_SIZE);
    const wanted: Promise<void>[] = [];
    for (let page = Math.floor(from / PAGE_SIZE); page <= last; page++) {
      let loading = this.pages.get(page);
      if (!loading) {
        loading = this.loadPage(page);
        this.pages.set(page, loading);
        loading.catch(() => this.pages.delete(page));
      }
      wanted.push(loading);
    }
    await Promise.all(wanted);
  }

  async loadAll(): Promise<void> {
    this.busy = true;
    try {
      for (let from = 0; from < this.rows.length; from += PAGE_SIZE) await this.loadRows(from, from + 1);
    } finally {
      this.busy = false;
    }
  }

  private async loadPage(page: number): Promise<void> {
    const { features } = await api.loadFeatures(this.collection, {
      limit: PAGE_SIZE,
      offset: page * PAGE_SIZE,
    });
    const rows = this.rows.slice();
    // Geometries would fill the memory and the table does not show them.
    for (const feature of features) rows[feature.id - 1] = { ...feature, geometry: null };
    this.rows = rows;
    this.loaded += features.length;
  }
}
