/** What the questions found, in short, for the overview: of each the newest run that was asked as the service asks by itself. */

import * as api from '../api/client';
import type { Figure, Results, Run, Verdict } from '../api/types';
import type { Runs } from '../runs/runs.svelte';

/** What the overview keeps of the findings of a run, which are much larger. */
export interface ShortAnswer {
  figures: Figure[];
  verdicts: Record<Verdict, number>;
  proposals: number;
}

/** Key figures come first in the findings; so many of them fit on the overview. */
const FEW_FIGURES = 2;

export function shorten({ figures, checks, proposals }: Results): ShortAnswer {
  const verdicts = { pass: 0, warn: 0, fail: 0, overdue: 0, undetermined: 0 };
  for (const { verdict } of checks) verdicts[verdict] += 1;
  return { figures: figures.slice(0, FEW_FIGURES), verdicts, proposals: proposals.length };
}

export class ShortAnswers {
  byJob = $state.raw<Record<string, ShortAnswer>>({});
  private readonly runs: Runs;
  private loading = false;

  constructor(runs: Runs) {
    this.runs = runs;
  }

  /** The newest finished run of a question: with the usual settings if there is one, or else of the area as it is. */
  findRun(process: string): Run | undefined {
    const own = this.runs.list.filter((run) => run.process === process && run.status === 'successful');
    return own.findLast((run) => run.usual) ?? own.findLast((run) => !run.settings?.scenario) ?? own.at(-1);
  }

  /** One after the other, so that the map is not kept waiting. */
  async loadAnswers(processes: string[]): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    try {
      for (const process of processes) {
        const job = this.findRun(process)?.job;
        if (!job || this.byJob[job]) continue;
        const results = await api.loadResults(job).catch(() => null);
        if (results) this.byJob = { ...this.byJob, [job]: shorten(results) };
      }
    } finally {
      this.loading = false;
    }
  }
}
