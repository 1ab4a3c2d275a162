/** Lists, makes, renames, copies and deletes scenarios. */

import * as requests from './requests';
import type { Edit, EditReference, Scenario } from '../api/types';
import { app } from '../app/app';
import { followScenario } from './followScenario';

export async function openScenarios(): Promise<void> {
  const { scenarios } = app;
  scenarios.panelOpen = true;
  await scenarios.attempt(loadScenarios);
}

export function closeScenarios(): void {
  app.scenarios.panelOpen = false;
  app.tools.chosen = null;
}

async function loadScenarios(): Promise<void> {
  const { processes, scenarios } = app;
  scenarios.list = await requests.loadScenarios();
  processes.forgetDescriptions();
  if (!scenarios.chosen) scenarios.chosenName = null;
}

/** Without a name, the area is shown as it is. */
export function chooseScenario(name: string | null): Promise<boolean> {
  return showScenario(name, true);
}

/** Its figures are asked for if it is to be followed; where its run is on show already, they are there. */
export async function showScenario(name: string | null, follow: boolean): Promise<boolean> {
  const { scenarios, tools } = app;
  scenarios.chosenName = name;
  tools.chosen = null;
  // The list does not say what is to be told of the edits.
  if (name) await scenarios.attempt(async () => scenarios.putScenario(await requests.loadScenario(name)));
  // What does not fit the data any more is told, and not asked about.
  return scenarios.chosen?.problem || !follow ? !scenarios.chosen?.problem : followScenario();
}

/** Takes over what somebody else has changed in the scenario on show meanwhile, and says so. */
export async function watchScenario(): Promise<void> {
  const { connection, language, messages, scenarios } = app;
  const { chosen } = scenarios;
  if (!scenarios.editing || !chosen || scenarios.busy || connection.lost || document.hidden) return;
  // The list always answers, also where somebody has just deleted this one.
  const listed = await requests.loadScenarios().catch(() => null);
  const now = listed?.find(({ name }) => name === chosen.name);
  if (!now || scenarios.busy || now.revision <= (scenarios.chosen?.revision ?? now.revision)) return;
  scenarios.putScenario(await requests.loadScenario(now.name));
  messages.showMessage(language.text.changedByOthers(now.name));
  await followScenario();
}

export async function createScenario(name: string): Promise<boolean> {
  const make = async () => storeScenario(await requests.createScenario(name.trim()));
  const created = await app.scenarios.attempt(make);
  if (created) prepareFollowing();
  return created;
}

/** Nobody has chosen this name, so another will do where it is taken. */
export async function createNumbered(
  name: string,
  edits?: Edit[],
  references?: EditReference[],
): Promise<boolean> {
  const make = async () => storeScenario(await requests.createScenario(name, edits, true, references));
  const created = await app.scenarios.attempt(make);
  if (created && !edits) prepareFollowing();
  return created;
}

/** Lets the service compute what it needs to follow the run on show, so that the first edit is as quick as the next. */
function prepareFollowing(): void {
  const run = app.runs.chosen;
  const scenario = app.scenarios.chosenName;
  const live = app.processes.findProcess(run?.process)?.fireplan?.live;
  if (scenario && run?.status === 'successful' && live && !run.settings?.scenario)
    void requests.loadScenarioComparison(run.job, scenario).catch(() => null);
}

export function renameScenario(name: string): Promise<boolean> {
  const { scenarios } = app;
  const old = scenarios.chosenName;
  return scenarios.attempt(async () => {
    if (old) storeScenario(await requests.renameScenario(old, name.trim()), old);
  });
}

export function copyScenario(name: string): Promise<boolean> {
  const { scenarios } = app;
  const from = scenarios.chosenName;
  return scenarios.attempt(async () => {
    if (from) storeScenario(await requests.copyScenario(from, name.trim()));
  });
}

export function deleteScenario(): Promise<boolean> {
  const { scenarios } = app;
  const name = scenarios.chosenName;
  return scenarios.attempt(async () => {
    if (name) await requests.deleteScenario(name);
    scenarios.chosenName = null;
    await loadScenarios();
  });
}

/** The form of a new run offers scenarios, so it has to be described anew. */
export function storeScenario(scenario: Scenario, before?: string): void {
  app.scenarios.putScenario(scenario, before);
  app.processes.forgetDescriptions();
}
