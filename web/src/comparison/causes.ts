/** To what a difference of two runs is due where they differ in several things: the first question is asked again, with one thing more changed each time. */

import type { Comparison, Figure, Results, Scenario } from '../api/types';

type Manifest = Results['manifest'];
export type Cause = 'ground' | 'rules' | 'parameters' | 'scenario';

/** A question between the two that are compared, and what has changed in it since the one before. */
export interface CauseStep {
  cause: Cause;
  inputs: Record<string, unknown>;
}

/** What each cause adds to a figure, in the order of the steps; `null` where the figure is undetermined. */
export interface CausedFigure {
  figure: Figure;
  before: number | null;
  after: number | null;
  shares: (number | null)[];
}

/** Writes the inputs that ask again what a run was asked. */
export function readRunInputs(manifest: Manifest): Record<string, unknown> {
  const { analysis: _, ...request } = manifest.request as Record<string, unknown>;
  return { ...request, ...readRules(manifest), scenario: manifest.scenario?.name ?? null };
}

function readRules(manifest: Manifest): Record<string, unknown> {
  return { profile: manifest.profile, set: manifest.set ?? [], as_of: manifest.as_of ?? null };
}

/**
 * Lists the steps from the first run to the second, the data first: a question can be asked of today's data only. The last step leads
 * to the second run itself and is not asked.
 */
export function listCauseSteps(before: Manifest, after: Manifest, asksAgain: boolean): CauseStep[] {
  const [start, end] = [readRunInputs(before), readRunInputs(after)];
  const steps: CauseStep[] = asksAgain ? [{ cause: 'ground', inputs: start }] : [];
  const { request } = after as { request: Record<string, unknown> };
  const ruleNames = Object.keys(readRules(after));
  const parameters = Object.keys({ ...start, ...request }).filter(
    (name) => name in end && name !== 'scenario' && !ruleNames.includes(name),
  );
  const causes: [Cause, string[]][] = [
    ['rules', ruleNames],
    ['parameters', parameters],
    ['scenario', ['scenario']],
  ];
  let inputs = start;
  for (const [cause, names] of causes) {
    const differ = names.filter((name) => JSON.stringify(inputs[name]) !== JSON.stringify(end[name]));
    if (!differ.length) continue;
    inputs = { ...inputs, ...Object.fromEntries(differ.map((name) => [name, end[name]])) };
    steps.push({ cause, inputs });
  }
  return steps;
}

/** Tells whether a run was asked about a state of its scenario that nobody can ask about any more. */
export function isOutdated(side: Comparison['before'], scenarios: Scenario[]): boolean {
  const { scenario, scenario_revision } = side.settings;
  if (!scenario) return false;
  return scenarios.find((one) => one.name === scenario)?.revision !== scenario_revision;
}

/** Shares out what changed between the states along the steps; the first and the last state are the runs that are compared. */
export function shareOutChanges(states: Figure[][]): CausedFigure[] {
  const last = states[states.length - 1] ?? [];
  const valueIn = (state: Figure[], name: string) => state.find((one) => one.name === name)?.value ?? null;
  return last
    .map((figure) => {
      const values = states.map((state) => valueIn(state, figure.name));
      const shares = values.slice(1).map((value, at) => {
        const was = values[at] ?? null;
        return value === null || was === null ? null : Math.round((value - was) * 1e6) / 1e6;
      });
      return { figure, before: values[0] ?? null, after: values[values.length - 1] ?? null, shares };
    })
    .filter(({ before, after, shares }) => before !== after || shares.some((share) => share !== 0));
}
