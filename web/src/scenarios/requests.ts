/** What is asked of the service about scenarios. */

import { escapePart, loadJson, makeRequest, sendRequest, UNCACHED } from '../api/client';
import type { Comparison, Confirmed, Edit, EditReference, Scenario, ScenarioHistory } from '../api/types';

/** What a scenario changes of a run of the area as it is, computed without a whole run. */
export function loadScenarioComparison(job: string, scenario: string): Promise<Comparison> {
  return loadJson(`jobs/${escapePart(job)}/scenarios/${escapePart(scenario)}`);
}

export async function loadScenarios(): Promise<Scenario[]> {
  return (await loadJson<{ scenarios: Scenario[] }>('scenarios', UNCACHED)).scenarios;
}

/**
 * With `numbered`, a name that is taken meanwhile is given the next number. `references`: what the edits refer to, where they were
 * made of other data than there are now.
 */
export function createScenario(
  name: string,
  edits: Edit[] = [],
  numbered = false,
  references: EditReference[] = [],
): Promise<Scenario> {
  return loadJson('scenarios', makeRequest('POST', { name, edits, numbered, references }));
}

/** Reads one scenario with what is to be told of its edits, which lists do not have. */
export function loadScenario(name: string): Promise<Scenario> {
  return loadJson(`scenarios/${escapePart(name)}`, UNCACHED);
}

export function loadScenarioHistory(name: string): Promise<ScenarioHistory> {
  return loadJson(`scenarios/${escapePart(name)}/history`, UNCACHED);
}

/**
 * Fails if somebody else has saved the scenario since this revision. `confirmed`: references that mean what is called so now,
 * whatever they meant before; `done`: numbers of edits that stay although the data have by now what they do.
 */
export function saveEdits(
  name: string,
  edits: Edit[],
  revision: number,
  confirmed: Confirmed[] = [],
  done: number[] = [],
): Promise<Scenario> {
  return loadJson(`scenarios/${escapePart(name)}`, makeRequest('PUT', { edits, revision, confirmed, done }));
}

export function renameScenario(name: string, to: string): Promise<Scenario> {
  return loadJson(`scenarios/${escapePart(name)}`, makeRequest('PATCH', { name: to }));
}

export function copyScenario(name: string, to: string): Promise<Scenario> {
  return loadJson(`scenarios/${escapePart(name)}/copy`, makeRequest('POST', { name: to }));
}

export function deleteScenario(name: string): Promise<Response> {
  return sendRequest(`scenarios/${escapePart(name)}`, { method: 'DELETE' });
}
