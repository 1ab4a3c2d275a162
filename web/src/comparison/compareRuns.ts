/** Holds the chosen run against another one. */

import { tick } from 'svelte';
import * as api from '../api/client';
import type { Comparison } from '../api/types';
import { app } from '../app/app';
import { loadStyles } from '../layers/loadStyles';
import { readRunInputs } from './causes';
import type { Split } from './comparison.svelte';
import { followSelection, showFinishedRun } from '../runs/openRun';
import { loadScenarios } from '../scenarios/requests';

/** Without a job, the chosen run is no longer compared. */
export async function compareWith(job: string | null): Promise<void> {
  const { collections, comparison, findings, messages, runs, scenarios, tables } = app;
  const chosen = runs.chosenJob;
  if (!job || !chosen || job === chosen) {
    comparison.current = null;
    return;
  }
  try {
    const loaded = await api.loadComparison(job, chosen);
    await collections.loadCollections();
    // Whether a scenario has changed since is told by the list, which a page that was opened by a link has not loaded.
    if (loaded.after.settings.scenario || loaded.before.settings.scenario)
      scenarios.list = await loadScenarios();
    if (runs.chosenJob !== chosen) return;
    comparison.current = loaded;
    findings.tab = 'comparison';
    tables.dropMissing();
    await loadStyles();
  } catch (error) {
    messages.showError(error);
  }
}

/** Two maps need room, which the list of layers gives way to where the window is narrow. */
export async function splitMap(split: Split | null): Promise<void> {
  app.comparison.split = split;
  if (split === 'beside' && innerWidth < 1400) app.layers.panelOpen = false;
  await loadStyles();
}

/** Runs the analysis on show again under another rule profile, and compares both runs. */
export async function compareWithProfile(profile: string): Promise<void> {
  const { comparison, findings, messages, runs } = app;
  const run = runs.chosen;
  const manifest = run && findings.byJob[run.job]?.manifest;
  if (!run || !manifest) return;
  comparison.busy = true;
  try {
    const inputs = { ...readRunInputs(manifest), profile };
    const { job, results } = await api.finishRun(run.process, inputs);
    await showFinishedRun(run.process, job, results, (await api.loadJob(job)).fireplan.settings);
    await compareWith(run.job);
  } catch (error) {
    messages.showError(error);
  } finally {
    comparison.busy = false;
  }
}

/**
 * Shows what a scenario changes of a run of the area as it is. The new figures are on the page before their layers are
 * loaded; `onShown` is called then.
 */
export async function showScenarioComparison(
  job: string,
  loaded: Comparison,
  onShown: () => void,
): Promise<void> {
  const { collections, comparison, findings, runs } = app;
  const before = runs.chosenJob;
  runs.chosenJob = job;
  runs.composing = false;
  comparison.current = loaded;
  findings.tab = 'comparison';
  await tick();
  onShown();
  await collections.loadCollections();
  await Promise.all([loadStyles(), followSelection(before, job)]);
}
