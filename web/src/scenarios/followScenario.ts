/** Asks what the chosen scenario comes to, each time it has changed. */

import * as api from '../api/client';
import * as requests from './requests';
import { app } from '../app/app';
import { compareWith, showScenarioComparison } from '../comparison/compareRuns';
import { openRun, showFinishedRun } from '../runs/openRun';
import { forgetRun } from '../runs/startRun';
import { findBaseRun, type BaseRun } from './baseRun';

/** The whole run starts only when nothing was changed for so long. */
const REST_MS = 1500;
const POLL_MS = 250;

let resting: ReturnType<typeof setTimeout> | undefined;
/** Counts the questions: the answer to an earlier one than the last is not shown. */
let turn = 0;
/** The last whole run of each scenario; the next one makes it superfluous. */
const wholeRuns = new Map<string, string>();

/**
 * Where the analysis can be followed, the figures and what changes are there at once, and the whole run comes later;
 * where it cannot, the whole run is waited for.
 */
export async function followScenario(began = performance.now()): Promise<boolean> {
  const { comparison, processes, scenarios } = app;
  clearTimeout(resting);
  const own = ++turn;
  const scenario = scenarios.chosenName;
  const base = await findBaseRun();
  if (!base) return true;
  if (!scenario) {
    comparison.current = null;
    await openRun(base.job);
    return true;
  }
  const live = processes.findProcess(base.process)?.fireplan?.live;
  if (!live) return scenarios.attempt(() => showWholeRun(scenario, base, own, began));
  const followed = await scenarios.attempt(async () => {
    const loaded = await requests.loadScenarioComparison(base.job, scenario);
    if (own !== turn) return;
    await showScenarioComparison(base.job, loaded, () => (scenarios.elapsed = performance.now() - began));
  });
  const startWhole = () => void scenarios.attempt(() => showWholeRun(scenario, base, own));
  if (followed && own === turn) resting = setTimeout(startWhole, REST_MS);
  return followed;
}

async function showWholeRun(scenario: string, base: BaseRun, own: number, began?: number): Promise<void> {
  const job = await api.startRun(base.process, { ...base.inputs, scenario });
  const { settings } = (await api.loadJob(job)).fireplan;
  if (!(await waitForRun(job, own))) return;
  const results = await api.loadResults(job);
  if (own !== turn) return;
  await showFinishedRun(base.process, job, results, settings);
  await compareWith(base.job);
  if (began !== undefined) app.scenarios.elapsed = performance.now() - began;
  const before = wholeRuns.get(scenario);
  wholeRuns.set(scenario, job);
  if (before && before !== job && before !== base.job) await forgetRun(before);
}

/** Returns false if the scenario changed in the meantime; the run is then given up. */
async function waitForRun(job: string, own: number): Promise<boolean> {
  for (;;) {
    const { status, message } = await api.loadJob(job);
    if (own !== turn) {
      if (status !== 'successful') await api.dismissRun(job).catch(() => null);
      return false;
    }
    if (status === 'successful') return true;
    if (status === 'failed' || status === 'dismissed') throw new Error(message ?? status);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
