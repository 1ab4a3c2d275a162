/** The runs of the session, and the one that is chosen. */

import type { Job, Run, Settings } from '../api/types';
import type { Question } from '../app/hash';

export class Runs {
  list = $state.raw<Run[]>([]);
  /** The job of the chosen run; it may name a run that is not listed yet. */
  chosenJob = $state<string | null>(null);
  /** What the server last said of runs that were going on. */
  jobs = $state<Record<string, Job>>({});
  /** What runs were asked, as far as that is known here: of those whose findings were loaded, and of the one in the address. */
  questions = $state.raw<Record<string, Question>>({});
  /** The form of a new run is open. */
  composing = $state(false);
  readonly chosen = $derived(this.list.find((run) => run.job === this.chosenJob) ?? null);
  /** The runs of the service are known; until then none can be said to be gone. */
  known = $state(false);
  /** A run was asked for by its address that the service does not have any more. */
  readonly isGone = $derived(this.known && this.chosenJob !== null && this.chosen === null);

  findRun(job: string): Run | undefined {
    return this.list.find((run) => run.job === job);
  }

  listUnfinished(): Run[] {
    return this.list.filter((run) => run.status === 'accepted' || run.status === 'running');
  }

  /** The question that the form of a new run begins with; null: that of the chosen run. */
  composed: string | null = null;

  compose(process: string | null): void {
    this.composed = process;
    this.composing = true;
  }

  addQuestion(job: string, question: Question): void {
    this.questions = { ...this.questions, [job]: question };
  }

  replaceRun(job: string, change: Partial<Run>): void {
    this.list = this.list.map((run) => (run.job === job ? { ...run, ...change } : run));
  }

  /** A question that was asked before has the same job, and keeps its place and its settings. */
  addFinishedRun(process: string, job: string, settings: Settings): void {
    const known = this.findRun(job);
    const run: Run = { ...known, job, process, status: 'successful', settings: known?.settings ?? settings };
    this.list = known ? this.list.map((one) => (one.job === job ? run : one)) : [...this.list, run];
  }

  removeRun(job: string): void {
    this.list = this.list.filter((run) => run.job !== job);
  }

  /** The number that the server gave it; of one that it has not told yet, the next. */
  findNumber(job: string): number {
    const last = Math.max(0, ...this.list.map((run) => run.number ?? 0));
    return this.findRun(job)?.number ?? last + 1;
  }

  /** What people call a run: the name that somebody gave it, or its number. */
  nameRun(run: Run): string {
    return [`#${this.findNumber(run.job)}`, run.name].filter(Boolean).join(' ');
  }
}
