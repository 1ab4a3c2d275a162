/** Finds the run of the area as it is that a scenario is held against. */

import * as api from '../api/client';
import type { Settings } from '../api/types';
import { app } from '../app/app';
import { openRun } from '../runs/openRun';

export interface BaseRun {
  job: string;
  process: string;
  inputs: Record<string, unknown>;
  settings: Settings;
}

/** Plans are judged by another process than the one that proposes them: its run is opened first. */
export async function findBaseRun(): Promise<BaseRun | null> {
  const { processes, runs } = app;
  const judge = processes.findProcess(runs.chosen?.process)?.fireplan?.judged_by;
  // A run of other data, or of another program, is nothing to hold a scenario against.
  const able = runs.list.filter(
    (one) => one.process === judge && one.status === 'successful' && !one.settings?.scenario && !one.outdated,
  );
  const run = able.findLast((one) => one.usual) ?? able.at(-1);
  if (run) await openRun(run.job);
  return loadBaseRun();
}

/** Takes the chosen run if it is of the area as it is now, or else runs the same question of that. */
async function loadBaseRun(): Promise<BaseRun | null> {
  const { findings, runs } = app;
  const run = runs.chosen;
  if (!run || run.status !== 'successful') return null;
  await findings.loadFindings(run.job);
  const manifest = findings.byJob[run.job]?.manifest;
  if (!manifest) return null;
  const { analysis: _, ...request } = manifest.request;
  const settings = {
    profile: manifest.profile ?? 'national',
    set: manifest.set ?? [],
    as_of: manifest.as_of ?? null,
    scenario: null,
  };
  const inputs = { ...request, profile: settings.profile, set: settings.set, as_of: settings.as_of };
  if (!manifest.scenario && !run.outdated) return { job: run.job, process: run.process, inputs, settings };
  const { job, results } = await api.finishRun(run.process, inputs);
  if (!runs.findRun(job))
    runs.list = [{ job, process: run.process, status: 'successful', settings }, ...runs.list];
  findings.addFindings(job, results);
  return { job, process: run.process, inputs, settings };
}
