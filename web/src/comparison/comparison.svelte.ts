/** The run that the chosen one is held against, and what changes from one to the other. */

import type { Comparison, Run } from '../api/types';
import type { Runs } from '../runs/runs.svelte';

/** Both runs on the map: each on its own half, or one over the other up to a border that is dragged. */
export type Split = 'beside' | 'swipe';

export class ComparisonChoice {
  current = $state.raw<Comparison | null>(null);
  /** How both runs are on the map, if they are. */
  split = $state<Split | null>(null);
  /** Where the border stands that is dragged, in percent of the width of the map. */
  border = $state(50);
  /** The other run is being computed. */
  busy = $state(false);
  private readonly runs: Runs;
  /** The run on the left half of a split map. A scenario that is followed has no run yet and is not split. */
  readonly leftJob: string | null = $derived(
    this.split && this.current?.after.job ? this.current.before.job : null,
  );

  /** Only runs of the same analysis can be held against the chosen one. */
  readonly candidates: Run[] = $derived.by(() => {
    const process = this.runs.chosen?.process;
    return this.runs.list.filter(
      (run) => run.process === process && run.status === 'successful' && run.job !== this.runs.chosenJob,
    );
  });

  constructor(runs: Runs) {
    this.runs = runs;
  }
}
