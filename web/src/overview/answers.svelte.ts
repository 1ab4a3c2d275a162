/** What the questions found, in short, for the overview: of each the newest run that was asked as the service asks by itself. */

import * as api from '../api/client';
import type { ResultSummary, Run } from '../api/types';
import type { Runs } from '../runs/runs.svelte';

export class ShortAnswers {
  byJob = $state.raw<Record<string, ResultSummary>>({});
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
        const summary = await api.loadSummary(job).catch(() => null);
        if (summary) this.byJob = { ...this.byJob, [job]: summary };
      }
    } finally {
      this.loading = false;
    }
  }
}
