/** Finds the feature that a check speaks of, and the checks that speak of a feature. */

import * as api from '../api/client';
import type { Check, Collection, Feature } from '../api/types';
import { app } from '../app/app';

/** Checks name features of findings by their id; on features of the input they only have the name. */
export function filterChecks(checks: Check[], feature: Feature, collection: Collection): Check[] {
  const byName = collection.fireplan.group === 'input';
  return checks.filter((check) =>
    byName || !check.feature
      ? check.subject === feature.properties.name
      : check.feature.layer === collection.id && check.feature.id === feature.id,
  );
}

export async function showCheckedFeature(check: Check): Promise<void> {
  if (!check.feature) return showNamedFeature(check.subject);
  app.layers.toggleLayer(check.feature.layer, true);
  return app.selection.selectFeature({ collection: check.feature.layer, id: check.feature.id }, true);
}

/** Says so if there is no such feature. */
export async function showNamedFeature(name: string): Promise<void> {
  const named = app.collections.list
    .filter((one) => one.fireplan.columns.some((column) => column.name === 'name'))
    .filter((one) => one.fireplan.job === app.runs.chosenJob || one.fireplan.group === 'input')
    .sort((a, b) => rankCollection(a) - rankCollection(b));
  for (const { id } of named) {
    const found = await api.loadFeatures(id, { name, limit: 1 }).catch(() => null);
    const feature = found?.features[0];
    if (!feature?.geometry) continue;
    app.layers.toggleLayer(id, true);
    return app.selection.selectFeature({ collection: id, id: feature.id }, true);
  }
  app.messages.showMessage(app.language.text.notFound(name));
}

/** Findings come before the input, and layers that are off by default last; within each, points before lines and areas. */
function rankCollection({ fireplan }: Collection): number {
  const group = fireplan.quiet ? 20 : fireplan.group === 'input' ? 10 : 0;
  return group + ['point', 'mixed', 'line', 'polygon', 'none'].indexOf(fireplan.geometry);
}
