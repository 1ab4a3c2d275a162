/** The feature that is selected, what belongs to it, and what else lies where the map was clicked. */

import * as api from '../api/client';
import type { Feature } from '../api/types';
import type { Messages } from '../app/messages.svelte';
import type { Collections } from '../layers/collections.svelte';
import type { MapState } from '../map/mapState.svelte';
import type { Hit } from '../map/types';

export interface FeatureKey {
  collection: string;
  id: number;
}

/** The card of the selected feature covers this much of the map's right edge, with its margin. */
const CARD_WIDTH = 320;
const MAX_COMPANIONS = 50;

export class Selection {
  key = $state.raw<FeatureKey | null>(null);
  /** Follows the key once it is loaded. */
  feature = $state.raw<Feature | null>(null);
  /** Features of other layers of its run that belong to it; they are marked more lightly. */
  companions = $state.raw<Feature[]>([]);
  hits = $state.raw<Hit[]>([]);
  /** Its sheet is on its way to the printer. */
  printing = $state(false);
  private readonly collections: Collections;
  private readonly map: MapState;
  private readonly messages: Messages;

  constructor(collections: Collections, map: MapState, messages: Messages) {
    this.collections = collections;
    this.map = map;
    this.messages = messages;
  }

  /** Selects the first of the features at one place and keeps the others to step through. */
  pickHits(hits: Hit[]): void {
    this.hits = hits;
    const first = hits[0];
    if (!first) return this.clearSelection();
    void this.loadKey(first, false);
  }

  stepHits(step: number): void {
    const at = this.findHitIndex() + step;
    const hit = this.hits[(at + this.hits.length) % this.hits.length];
    if (hit) void this.loadKey(hit, false);
  }

  findHitIndex(): number {
    return this.hits.findIndex((hit) => hit.collection === this.key?.collection && hit.id === this.key.id);
  }

  /** With `reveal`, the map moves so that the feature can be seen. */
  async selectFeature(key: FeatureKey, reveal: boolean): Promise<void> {
    this.hits = [];
    await this.loadKey(key, reveal);
  }

  /** Selects the feature of another collection that has the same id in the data, or else the same name; false: there is none. */
  async selectSame(collection: string, feature: Feature): Promise<boolean> {
    const columns = this.collections.byId.get(collection)?.fireplan.columns ?? [];
    for (const name of ['source_id', 'name'].filter((name) =>
      columns.some((column) => column.name === name),
    )) {
      const value = feature.properties[name];
      if (value === null || value === undefined || value === '') continue;
      const found = await api.loadFeatures(collection, { [name]: String(value), limit: 1 }).catch(() => null);
      const id = found?.features[0]?.id;
      if (id === undefined) continue;
      await this.selectFeature({ collection, id }, false);
      return true;
    }
    return false;
  }

  private async loadKey({ collection, id }: FeatureKey, reveal: boolean): Promise<void> {
    this.key = { collection, id };
    await this.loadSelected(this.key, reveal);
  }

  /** Another feature may be selected before this one is loaded; its answer is then ignored. */
  async loadSelected(key: FeatureKey, reveal: boolean): Promise<void> {
    try {
      const feature = await api.loadFeature(key.collection, key.id);
      if (this.key?.collection !== key.collection || this.key.id !== key.id) return;
      this.feature = feature;
      this.companions = [];
      this.map.canvas?.markFeature(feature, [], reveal, CARD_WIDTH);
      const companions = await this.loadCompanions(feature, key);
      if (!companions.length || this.feature !== feature) return;
      this.companions = companions;
      this.map.canvas?.markFeature(feature, companions, reveal, CARD_WIDTH);
    } catch (error) {
      if (this.key === key) this.clearSelection();
      this.messages.showError(error);
    }
  }

  private async loadCompanions(feature: Feature, { collection }: FeatureKey): Promise<Feature[]> {
    const own = this.collections.byId.get(collection)?.fireplan;
    const found = (own?.companions ?? []).map(async ({ layer, column, of }) => {
      const value = of === null ? feature.id : feature.properties[of];
      const other = this.collections.findLayer(own?.job, layer);
      if (!other || value === null || value === undefined || value === '') return [];
      const answer = await api
        .loadFeatures(other.id, { [column]: String(value), limit: MAX_COMPANIONS })
        .catch(() => null);
      return answer?.features ?? [];
    });
    return (await Promise.all(found)).flat();
  }

  clearSelection(): void {
    this.key = null;
    this.feature = null;
    this.companions = [];
    this.hits = [];
    this.map.canvas?.markFeature(null, [], false, 0);
  }
}
