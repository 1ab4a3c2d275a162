/** The position of the map and what is under the pointer; other parts of the page move the map through it. */

import type { LonLat } from '../api/types';
import type { Area } from '../areas/area.svelte';
import type { Collections } from '../layers/collections.svelte';
import { coversMost, unionExtents } from '../layers/order';
import type { Runs } from '../runs/runs.svelte';
import type { Hit, MapActions, MapPosition } from './types';

export class MapState {
  /** The map itself, while it is on the page. */
  canvas: MapActions | null = null;
  position = $state.raw<MapPosition | null>(null);
  scale = $state(0);
  pointer = $state.raw<LonLat | null>(null);
  hovered = $state.raw<{ hit: Hit; at: [number, number] } | null>(null);
  /** A tool of the map itself; those of scenarios are apart. */
  tool = $state<'measure' | 'marker' | null>(null);
  /** The line that is being measured. */
  measured = $state.raw<LonLat[]>([]);
  /** All that is in sight is drawn. */
  settled = $state(false);
  tilesFailed = $state(false);
  /** The map has the size of the sheet. */
  printing = $state(false);
  private readonly area: Area;
  private readonly collections: Collections;
  private readonly runs: Runs;
  /** Roads, places and towns lie within the area: rivers and railways run far out of it. */
  private readonly areaExtent = $derived.by(
    () =>
      unionExtents(
        this.collections.inputs.filter(
          ({ id, fireplan }) => id === 'towns' || ['point', 'line'].includes(fireplan.geometry),
        ),
      ) ??
      this.area.landing?.fireplan.extent_wgs84 ??
      null,
  );
  /** The extent of the chosen run where it is a part of the area, or else of all of it. */
  readonly wholeExtent = $derived.by(() => {
    const job = this.runs.chosenJob;
    const layers = this.collections.list.filter(
      ({ fireplan }) => job && fireplan.job === job && !fireplan.quiet,
    );
    const run = unionExtents(layers);
    return run && !coversMost(run, this.areaExtent) ? run : this.areaExtent;
  });

  constructor(area: Area, collections: Collections, runs: Runs) {
    this.area = area;
    this.collections = collections;
    this.runs = runs;
  }

  fitLayer(id: string): void {
    const extent = this.collections.byId.get(id)?.extent?.spatial?.bbox[0];
    if (extent) this.canvas?.fitExtent(extent);
  }

  fitWholeArea(): void {
    if (this.wholeExtent) this.canvas?.fitExtent(this.wholeExtent);
  }
}
