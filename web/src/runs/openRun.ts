/** Chooses a run and shows what it found. */

import type { Results, Settings } from '../api/types';
import { app } from '../app/app';
import { loadStyles } from '../layers/loadStyles';
import { loadReferenced } from '../scenarios/loadReferenced';

/** Without a job, the overview of all questions is shown. */
export async function openRun(job: string | null): Promise<void> {
  const { collections, comparison, findings, messages, runs, scenarios, tables } = app;
  const before = runs.chosenJob;
  runs.chosenJob = job;
  if (comparison.current?.after.job !== job) comparison.current = null;
  // A run that is held against none has nothing to show there.
  if (findings.tab === 'comparison' && !comparison.current) findings.tab = 'figures';
  runs.composing = false;
  // The server reads a run of earlier from disk with its findings, and lists its layers only then.
  if (job) await findings.loadFindings(job);
  const layers = (job && findings.byJob[job]?.layers) || [];
  if (layers.some((layer) => !collections.byId.has(layer))) await collections.loadCollections();
  await Promise.all([loadStyles(), followSelection(before, job)]);
  await loadReferenced(scenarios.edits).catch((error: unknown) => messages.showError(error));
  // The same table of another run stays open.
  tables.dropMissing();
}

/** Shows a run that was waited for, so that its findings are here already. */
export async function showFinishedRun(
  process: string,
  job: string,
  results: Results,
  settings: Settings,
): Promise<void> {
  const before = app.runs.chosenJob;
  app.runs.addFinishedRun(process, job, settings);
  app.findings.addFindings(job, results);
  app.runs.chosenJob = job;
  app.runs.composing = false;
  await app.collections.loadCollections();
  await followSelection(before, job);
}

/**
 * The card on show is that of the chosen run. A feature of the input stays, for the run may have checks on it; one of the run
 * before gives way to the same one of this run, by its id or its name, if there is one.
 */
export async function followSelection(before: string | null, job: string | null): Promise<void> {
  const { collections, selection } = app;
  const { key, feature } = selection;
  const own = key && collections.byId.get(key.collection)?.fireplan;
  if (!key || own?.group === 'input' || before === job) return;
  const same = feature && own && job ? collections.findLayer(job, own.layer) : undefined;
  if (!same || !(await selection.selectSame(same.id, feature!))) selection.clearSelection();
}
