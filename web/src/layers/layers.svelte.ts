/** Which layers are shown and how they are called. */

import type { Collection } from '../api/types';
import type { Area } from '../areas/area.svelte';
import type { ComparisonChoice } from '../comparison/comparison.svelte';
import type { Runs } from '../runs/runs.svelte';
import { dropScenario } from '../text/format';
import type { PageLanguage } from '../text/pageLanguage.svelte';
import type { Collections } from './collections.svelte';

interface Stores {
  area: Area;
  collections: Collections;
  comparison: ComparisonChoice;
  language: PageLanguage;
  runs: Runs;
}

export class Layers {
  panelOpen = $state(true);
  /** Layers that were switched on although they are off by default, and off although they are on. */
  shown = $state<string[]>([]);
  hidden = $state<string[]>([]);
  opacity = $state<Record<string, number>>({});
  private readonly stores: Stores;

  constructor(stores: Stores) {
    this.stores = stores;
  }

  /** The map draws the input, and the findings of the chosen run and of its comparison. */
  isDrawn({ fireplan }: Collection): boolean {
    if (fireplan.group === 'input') return true;
    const job = fireplan.job ?? null;
    return job !== null && (job === this.stores.runs.chosenJob || job === this.stores.comparison.current?.id);
  }

  isVisible(id: string): boolean {
    return this.isOnByDefault(id) ? !this.hidden.includes(id) : this.shown.includes(id);
  }

  /** On one map the findings of the run would hide what changed; on two maps the change is between them. */
  private isOnByDefault(id: string): boolean {
    const { collections, comparison, runs } = this.stores;
    const layer = collections.byId.get(id)?.fireplan;
    if (layer?.quiet) return false;
    if (!comparison.current || layer?.group === 'input') return true;
    return comparison.leftJob ? layer?.job === runs.chosenJob : layer?.job !== runs.chosenJob;
  }

  toggleLayer(id: string, on = !this.isVisible(id)): void {
    const usual = this.isOnByDefault(id);
    const without = (list: string[]) => list.filter((one) => one !== id);
    this.hidden = usual && !on ? [...without(this.hidden), id] : without(this.hidden);
    this.shown = !usual && on ? [...without(this.shown), id] : without(this.shown);
  }

  findTitle(id: string): string {
    const { area, collections, language } = this.stores;
    const collection = collections.byId.get(id);
    if (collection) return dropScenario(language.translateLabel(collection.fireplan.title));
    // Data notes also speak of layers that are no collections: rasters, the boundary, and what the area lacks.
    const layer = area.landing?.fireplan.layers?.find((one) => one.code === id);
    return layer ? language.translateLabel(layer.label) : id;
  }
}
