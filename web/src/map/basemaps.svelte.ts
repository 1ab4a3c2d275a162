/** Background maps, if the operator configured any. */

import type { Basemap } from '../api/types';
import type { Area } from '../areas/area.svelte';

export class Basemaps {
  chosenId = $state<string | null>(null);
  private readonly area: Area;
  readonly list: Basemap[] = $derived.by(() => this.area.landing?.fireplan.basemaps ?? []);
  readonly chosen = $derived(this.list.find((one) => one.id === this.chosenId) ?? null);

  constructor(area: Area) {
    this.area = area;
  }
}
