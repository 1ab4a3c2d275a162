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
    const [landing, loadedProcesses, base] = await Promise.all([
      api.loadLanding(),
      api.loadProcesses(),
      api.loadStyle('base', theme.current),
    ]);
    processes.list = loadedProcesses;
    area.landing = landing;
    runs.list = landing.fireplan.runs.filter((run) => run.job !== null);
    styles.addStyle(base.layers);
    if (!runs.chosen) runs.chosenJob = runs.findLatest();
    // The server reads a run of earlier from disk with its findings, and lists its layers only then.
    if (runs.chosenJob) await findings.loadFindings(runs.chosenJob);
    await collections.loadCollections();
    await loadStyles();
    void watchRuns();
    if (selection.key) void selection.loadSelected(selection.key, false);
  } catch (error) {
    area.failure = language.explainError(error);
  }
}
