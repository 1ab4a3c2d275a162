/** The layers that the server has: the input of the area and what runs made of it. */

import * as api from '../api/client';
import type { Collection } from '../api/types';

export class Collections {
  list = $state.raw<Collection[]>([]);
  readonly byId = $derived(new Map(this.list.map((collection) => [collection.id, collection])));
  readonly inputs = $derived(this.list.filter(({ fireplan }) => fireplan.group === 'input'));

  /** Runs and comparisons make layers, which the server lists only then. */
  async loadCollections(): Promise<void> {
    this.list = await api.loadCollections();
  }

  findLayer(job: string | null | undefined, layer: string | undefined): Collection | undefined {
    return this.list.find(({ fireplan }) => fireplan.job === job && fireplan.layer === layer);
  }

  /** Drops the layers of a run and of its comparisons. */
  forgetRun(job: string): void {
    this.list = this.list.filter(({ fireplan }) => fireplan.job !== job && !fireplan.compared?.includes(job));
  }
}
