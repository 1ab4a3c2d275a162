/** What runs found, loaded when a run is opened; and which part of it is shown. */

import * as api from '../api/client';
import type { Note, Results } from '../api/types';
import type { Messages } from '../app/messages.svelte';
import type { Area } from '../areas/area.svelte';
import type { Processes } from '../runs/processes.svelte';
import { readQuestion } from '../runs/question';
import type { Runs } from '../runs/runs.svelte';

export type Tab = 'figures' | 'comparison' | 'checks' | 'notes' | 'basis';
export const TABS: Tab[] = ['figures', 'comparison', 'checks', 'notes', 'basis'];

export class Findings {
  panelOpen = $state(true);
  tab = $state<Tab>('figures');
  byJob = $state.raw<Record<string, Results>>({});
  private readonly area: Area;
  private readonly runs: Runs;
  private readonly messages: Messages;
  private readonly processes: Processes;
  /** The findings of the chosen run, once they are loaded. */
  readonly current = $derived.by(() =>
    this.runs.chosenJob ? (this.byJob[this.runs.chosenJob] ?? null) : null,
  );

  /** Without findings, what is to be said of the data of the area. */
  readonly notes: Note[] = $derived.by(() => this.current?.notes ?? this.area.landing?.fireplan.notes ?? []);

  constructor(area: Area, runs: Runs, messages: Messages, processes: Processes) {
    this.processes = processes;
    this.area = area;
    this.runs = runs;
    this.messages = messages;
  }

  async loadFindings(job: string): Promise<void> {
    if (this.byJob[job] || this.runs.findRun(job)?.status !== 'successful') return;
    try {
      this.addFindings(job, await api.loadResults(job));
    } catch (error) {
      this.messages.showError(error);
    }
  }

  addFindings(job: string, results: Results): void {
    this.byJob = { ...this.byJob, [job]: results };
    const process = this.runs.findRun(job)?.process;
    if (process)
      this.processes.loadProcess(process).then(
        (described) => this.runs.addQuestion(job, readQuestion(results, described)),
        () => undefined,
      );
  }

  removeFindings(job: string): void {
    const { [job]: _, ...others } = this.byJob;
    this.byJob = others;
  }
}
