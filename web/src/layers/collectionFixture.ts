/** Builds collections for tests. */

import type { Collection } from '../api/types';

export function makeCollection(id: string, fireplan: Partial<Collection['fireplan']>): Collection {
  return {
    id,
    title: id,
    description: id,
    itemType: 'feature',
    crs: [],
    storageCrs: '',
    links: [],
    fireplan: {
      group: 'result',
      process: null,
      job: null,
      compared: null,
      layer: id,
      geometry: 'point',
      title: { zh: id, en: `Layer ${id}` },
      columns: [],
      drawing: { kind: 'plain' },
      quiet: false,
      count: 1,
      sheets: false,
      companions: [],
      ...fireplan,
    },
  };
}
