/** Loads what the page needs before it can show anything, and loads it anew when the service was away. */

import * as api from '../api/client';
import { loadStyles } from '../layers/loadStyles';
import { openRun } from '../runs/openRun';
import { watchRuns } from '../runs/startRun';
import { openScenarios } from '../scenarios/manageScenarios';
import { readAddress, restoreAddress } from './address';
import { app } from './app';

/** What fails is shown in place of the page, with a button that tries again. */
export async function loadPage(): Promise<void> {
  const { area, language, runs, selection, styles, theme } = app;
  area.failure = null;
  try {
    const address = readAddress();
    const base = await Promise.all([api.loadStyle('base', theme.current), loadLists()]).then(
      ([style]) => style,
    );
    styles.addStyle(base.layers);
    await loadStyles();
    void watchRuns();
    if (runs.chosenJob) await openRun(runs.chosenJob);
    if (selection.key) await selection.loadSelected(selection.key, false);
    await restoreAddress(address);
    area.restored = true;
  } catch (error) {
    area.failure = language.explainError(error);
    area.isRefused = error instanceof api.ApiError && error.status > 0;
  }
}

async function loadLists(): Promise<void> {
  const { area, collections, processes, runs } = app;
  const [landing, loadedCollections, loadedProcesses] = await Promise.all([
    api.loadLanding(),
    api.loadCollections(),
    api.loadProcesses(),
  ]);
  processes.list = loadedProcesses;
  area.landing = landing;
  runs.list = landing.fireplan.runs.filter((run) => run.job !== null);
  runs.known = true;
  collections.list = loadedCollections;
}

/** The service may have been started anew: then its runs are others, and the chosen one may be gone. */
export async function returnToService(): Promise<void> {
  const { area, map, messages, scenarios } = app;
  if (area.failure) return loadPage();
  // The page is still being loaded, which goes on by itself.
  if (!area.restored) return;
  try {
    await loadLists();
    await loadStyles();
    map.tilesFailed = false;
    map.canvas?.reloadTiles();
    void watchRuns();
    if (scenarios.panelOpen) await openScenarios();
  } catch (error) {
    messages.showError(error);
  }
}
