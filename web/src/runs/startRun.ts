/** Starts, watches and ends runs. */

import * as api from '../api/client';
import { app } from '../app/app';
import { openRun } from './openRun';

const POLL_MS = 600;

export async function startRun(process: string, inputs: Record<string, unknown>): Promise<void> {
  const { runs } = app;
  const job = await api.startRun(process, inputs);
  // A question that was asked before has the same job, and may be answered already.
  if (runs.findRun(job)?.status === 'successful') return openRun(job);
  runs.list = [...runs.list.filter((run) => run.job !== job), { job, process, status: 'accepted' }];
  await openRun(job);
  void watchRuns();
}

let watching = false;

/** Asks after every unfinished run until all have ended. */
export async function watchRuns(): Promise<void> {
  if (watching) return;
  watching = true;
  try {
    for (;;) {
      const unfinished = app.runs.listUnfinished();
      if (!unfinished.length) return;
      for (const { job } of unfinished) await checkRun(job);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    watching = false;
  }
}

async function checkRun(job: string): Promise<void> {
  const { collections, runs } = app;
  const now = await api.loadJob(job).catch((error: unknown) => {
    // Another page has dismissed it: it will never end.
    if (error instanceof api.ApiError && error.status === 404) runs.removeRun(job);
    return null;
  });
  if (!now) return;
  runs.jobs[job] = now;
  const known = runs.findRun(job);
  if (!known) return;
  const { finished = null, message, status } = now;
  runs.replaceRun(job, { ...now.fireplan, finished, message, status });
  if (known.status === now.status) return;
  if (now.status !== 'successful') return;
  await collections.loadCollections();
  if (!runs.chosenJob || runs.chosenJob === job) await openRun(job);
}

/** Ends a search with the best plan found so far. */
export async function settleRun(job: string): Promise<void> {
  await api.settleRun(job).catch((error: unknown) => app.messages.showError(error));
}

/** What did not reach the service has stopped nothing. */
export async function cancelRun(job: string): Promise<void> {
  try {
    await api.dismissRun(job);
    app.runs.replaceRun(job, { status: 'dismissed' });
  } catch (error) {
    app.messages.showError(error);
  }
}

/** Names a run, or pins it so that it goes only when somebody deletes it. */
export async function describeRun(job: string, change: { name?: string; pinned?: boolean }): Promise<void> {
  try {
    await api.describeRun(job, change);
    // Two changes may be answered in another order: each brings only what it changed.
    app.runs.replaceRun(job, change);
  } catch (error) {
    app.messages.showError(error);
  }
}

/** Deletes a run that is over, with its layers; then the overview is shown. What did not reach the service deletes nothing. */
export async function deleteRun(job: string): Promise<void> {
  try {
    await api.dismissRun(job);
  } catch (error) {
    app.messages.showError(error);
    return;
  }
  hideRun(job);
  if (app.runs.chosenJob === job) await openRun(null);
}

function hideRun(job: string): void {
  app.runs.removeRun(job);
  app.findings.removeFindings(job);
  app.collections.forgetRun(job);
}

/** Drops a run that another one has made superfluous, unless somebody has named or pinned it. */
export async function forgetRun(job: string): Promise<void> {
  const now = await api.loadJob(job).catch(() => null);
  if (now && (now.fireplan.pinned || now.fireplan.name)) return;
  hideRun(job);
  await api.dismissRun(job).catch(() => null);
}
