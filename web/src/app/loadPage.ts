/** Loads what the page needs before it can show anything. */

import * as api from '../api/client';
import { loadStyles } from '../layers/loadStyles';
import { watchRuns } from '../runs/startRun';
import { app } from './app';

/** What fails is shown in place of the page, with a button that tries again. */
export async function loadPage(): Promise<void> {
  const { area, collections, findings, language, processes, runs, selection, styles, theme } = app;
  area.failure = null;
  try {
    const [landing, loadedCollections, loadedProcesses, base] = await Promise.all([
      api.loadLanding(),
      api.loadCollections(),
      api.loadProcesses(),
      api.loadStyle('base', theme.current),
    ]);
    processes.list = loadedProcesses;
    area.landing = landing;
    runs.list = landing.fireplan.runs.filter((run) => run.job !== null);
    collections.list = loadedCollections;
    styles.addStyle(base.layers);
    if (!runs.chosen) runs.chosenJob = runs.findLatest();
    await loadStyles();
    void watchRuns();
    if (runs.chosenJob) void findings.loadFindings(runs.chosenJob);
    if (selection.key) void selection.loadSelected(selection.key, false);
  } catch (error) {
    area.failure = language.explainError(error);
    area.isRefused = error instanceof api.ApiError && error.status > 0;
  }
}
