/** Loads the features that the edits on show refer to, so that the map can show what becomes of them. */

import * as api from '../api/client';
import type { Edit, Feature } from '../api/types';
import { app } from '../app/app';
import { readReference } from './marks';

export async function loadReferenced(edits: Edit[]): Promise<void> {
  const { collections, scenarios } = app;
  if (!edits.length && !scenarios.editing) return;
  if (!scenarios.areaStations.length && collections.byId.has('stations'))
    scenarios.areaStations = (await api.loadFeatures('stations', { limit: 1000 })).features;
  const missing = edits.flatMap((edit) => {
    const reference = readReference(edit);
    if (!reference || reference.collection === 'stations') return [];
    const key = `${reference.collection}/${reference.name}`;
    return scenarios.referenced[key] ? [] : [{ ...reference, key }];
  });
  const found = await Promise.all(
    missing.map(async ({ collection, name, key }) => [key, await findFeature(collection, name)] as const),
  );
  const known = found.filter(([, feature]) => feature !== null) as [string, Feature][];
  if (known.length) scenarios.referenced = { ...scenarios.referenced, ...Object.fromEntries(known) };
}

/** Edits call a feature by its source id, by its number after a `#`, or by a name that only it has. */
async function findFeature(collection: string, name: string): Promise<Feature | null> {
  const number = /^#(\d+)$/.exec(name)?.[1];
  if (number) return api.loadFeature(collection, Number(number)).catch(() => null);
  const columns = app.collections.byId.get(collection)?.fireplan.columns ?? [];
  for (const { name: column } of columns.filter(({ name }) => name === 'source_id' || name === 'name')) {
    const page = await api.loadFeatures(collection, { [column]: name, limit: 1 }).catch(() => null);
    if (page?.features[0]) return page.features[0];
  }
  return null;
}
