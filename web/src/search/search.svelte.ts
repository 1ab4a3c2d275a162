/** Names of places, roads and stations, gathered when somebody first searches. */

import * as api from '../api/client';
import type { LonLat } from '../api/types';
import type { FeatureKey } from '../features/selection.svelte';
import type { Collections } from '../layers/collections.svelte';
import { parsePlace, rankNames, type NamedPlace } from './rank';

/** Layers whose names people look for, the likeliest first. */
const LAYERS = ['towns', 'villages', 'stations', 'key_units', 'crowded_places', 'roads'];
const PAGE_SIZE = 1000;
/** Of longer layers only exact names are found, which the service looks for. */
const MAX_PAGES = 5;

export type Found = { key: FeatureKey; name: string } | { at: LonLat };

export class PlaceSearch {
  loading = $state(false);
  private places: NamedPlace[] = [];
  private gathered: Promise<void> | null = null;
  private readonly collections: Collections;

  constructor(collections: Collections) {
    this.collections = collections;
  }

  async find(text: string): Promise<Found[]> {
    const at = parsePlace(text);
    if (at) return [{ at }];
    if (!text.trim()) return [];
    this.gathered ??= this.gatherNames();
    await this.gathered;
    const found = rankNames(this.places, text).map(({ collection, id, name }) => ({
      key: { collection, id },
      name,
    }));
    return found.length ? found : this.askService(text.trim());
  }

  private async gatherNames(): Promise<void> {
    this.loading = true;
    const layers = LAYERS.filter((id) => this.collections.byId.has(id));
    const loaded = await Promise.all(layers.map((id) => this.loadNames(id)));
    this.places = loaded.flat();
    this.loading = false;
  }

  private async loadNames(collection: string): Promise<NamedPlace[]> {
    const count = this.collections.byId.get(collection)?.fireplan.count ?? 0;
    const pages = Math.min(MAX_PAGES, Math.ceil(count / PAGE_SIZE));
    const places = new Map<string, NamedPlace>();
    for (let page = 0; page < pages; page++) {
      const query = { limit: PAGE_SIZE, offset: page * PAGE_SIZE };
      const answer = await api.loadFeatures(collection, query).catch(() => null);
      for (const { id, properties } of answer?.features ?? []) {
        const name = properties.name;
        // A road has many pieces of one name, of which one leads there.
        if (typeof name === 'string' && name && !places.has(name)) places.set(name, { collection, id, name });
      }
    }
    return [...places.values()];
  }

  private async askService(name: string): Promise<Found[]> {
    const layers = LAYERS.filter((id) => this.collections.byId.has(id));
    const named = layers.filter((id) =>
      this.collections.byId.get(id)?.fireplan.columns.some((column) => column.name === 'name'),
    );
    const asked = named.map(async (collection): Promise<Found[]> => {
      const answer = await api.loadFeatures(collection, { name, limit: 1 }).catch(() => null);
      return (answer?.features ?? []).map(({ id }) => ({ key: { collection, id }, name }));
    });
    return (await Promise.all(asked)).flat();
  }
}
