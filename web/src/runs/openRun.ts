/** Chooses a run and shows what it found. */

import type { Results, Settings } from '../api/types';
import { app } from '../app/app';
import { loadStyles } from '../layers/loadStyles';

export async function openRun(job: string): Promise<void> {
  const { collections, comparison, findings, runs, selection, tables } = app;
  runs.chosenJob = job;
  if (comparison.current?.after.job !== job) comparison.current = null;
  runs.composing = false;
  const selected = selection.key && collections.byId.get(selection.key.collection);
  // Features of the input stay selected, for the new run may have checks on them.
  if (selected?.fireplan.group === 'result') selection.clearSelection();
  // The server reads a run of earlier from disk with its findings, and lists its layers only then.
  await findings.loadFindings(job);
  const layers = findings.byJob[job]?.layers ?? [];
  if (layers.some((layer) => !collections.byId.has(layer))) await collections.loadCollections();
  await loadStyles();
  // The same table of another run stays open.
  tables.dropMissing();
}

/** Shows a run that was waited for, so that its findings are here already. */
export function showFinishedRun(process: string, job: string, results: Results, settings: Settings): void {
  app.runs.addFinishedRun(process, job, settings);
  app.findings.addFindings(job, results);
  app.runs.chosenJob = job;
  app.runs.composing = false;
}
