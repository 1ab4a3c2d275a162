/** Which layers the map draws, from the bottom up, and how. */

import type { StyleLayer } from '../api/types';
import type { ComparisonChoice } from '../comparison/comparison.svelte';
import type { Collections } from '../layers/collections.svelte';
import type { Layers } from '../layers/layers.svelte';
import { orderLayers } from '../layers/order';
import type { LayerStyles } from '../layers/styles.svelte';
import type { ScenarioChoice } from '../scenarios/scenarios.svelte';
import type { LayerSpec } from './types';

/** Layers of more areas than this name them in every tile, for finding a place in each takes too long. */
const MAX_NAMED_WHOLE = 200;

interface Stores {
  collections: Collections;
  comparison: ComparisonChoice;
  layers: Layers;
  scenarios: ScenarioChoice;
  styles: LayerStyles;
}

/** Leaves single features out of what is drawn. */
function hideFeatures(style: StyleLayer[], ids: number[]): StyleLayer[] {
  if (!ids.length) return style;
  const others = ['!', ['in', ['id'], ['literal', ids]]];
  return style.map((layer) => ({ ...layer, filter: layer.filter ? ['all', layer.filter, others] : others }));
}

export class MapLayers {
  private readonly stores: Stores;
  readonly specs: LayerSpec[] = $derived.by(() => {
    const { collections, layers, scenarios, styles } = this.stores;
    return orderLayers(
      collections.list.filter((one) => layers.isDrawn(one)),
      Object.keys(styles.byCollection),
    ).map(({ id, fireplan }) => ({
      id,
      namedWhole: fireplan.geometry === 'polygon' && fireplan.count <= MAX_NAMED_WHOLE,
      style: hideFeatures(styles.byCollection[id] ?? [], scenarios.shown.replaced.get(id) ?? []),
      visible: layers.isVisible(id),
      opacity: layers.opacity[id] ?? 1,
    }));
  });
  /** The left half of a split map shows the same layers, those of findings from the run before. */
  readonly leftSpecs: LayerSpec[] = $derived.by(() => {
    const { collections, comparison, scenarios, styles } = this.stores;
    const restyle = (spec: LayerSpec): LayerSpec => ({
      ...spec,
      style: hideFeatures(
        styles.byCollection[spec.id] ?? [],
        scenarios.leftShown.replaced.get(spec.id) ?? [],
      ),
    });
    return this.specs.flatMap((spec) => {
      const own = collections.byId.get(spec.id)?.fireplan;
      if (own?.group === 'input') return [restyle(spec)];
      const before = collections.findLayer(comparison.leftJob, own?.layer);
      return before ? [{ ...spec, id: before.id, style: styles.byCollection[before.id] ?? [] }] : [];
    });
  });

  constructor(stores: Stores) {
    this.stores = stores;
  }
}
