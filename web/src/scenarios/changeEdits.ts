/** Changes the edits of the chosen scenario; each change is saved and its figures are asked for at once. */

import * as requests from './requests';
import type { Confirmed, Edit, LonLat, Proposal } from '../api/types';
import { app } from '../app/app';
import { beginsWith, makeFreshName, moveStation, roundPlace } from './edits';
import { followScenario } from './followScenario';
import { findDone, settleEdits, type Chosen, type SettledEdit } from './lostReferences';
import { createNumbered, openScenarios, storeScenario } from './manageScenarios';
import { findUndoSteps, type UndoSteps } from './undoStack';

let saving: Promise<unknown> = Promise.resolve();

/** Changes are saved one after the other, for each starts from what the one before left. */
function changeEdits(
  change: (edits: Edit[]) => Edit[] | Promise<Edit[]>,
  confirmed: Confirmed[] = [],
  findDone: (edits: Edit[]) => number[] = () => [],
): Promise<boolean> {
  const save = async (): Promise<boolean> => {
    const scenario = app.scenarios.chosen;
    if (!scenario) return false;
    const began = performance.now();
    const saved = await app.scenarios.attempt(async () => {
      const edits = await change(scenario.edits);
      storeScenario(
        await requests.saveEdits(
          scenario.name,
          edits,
          scenario.revision,
          confirmed,
          findDone(scenario.edits),
        ),
      );
    });
    return saved && followScenario(began);
  };
  const done = app.scenarios.keepBusy(() => saving.then(save, save));
  saving = done;
  return done;
}

export function addEdits(...added: Edit[]): Promise<boolean> {
  return changeEdits((edits) => [...edits, ...added]);
}

export function removeEdit(at: number): Promise<boolean> {
  return changeEdits((edits) => edits.filter((_, other) => other !== at));
}

/** Goes one change back or forth in what the service remembers; where there is none, the edits stay. */
export function stepBack(which: keyof UndoSteps): Promise<boolean> {
  return changeEdits(async (edits) => {
    const { revisions } = await requests.loadScenarioHistory(app.scenarios.chosenName ?? '');
    return findUndoSteps(revisions)[which] ?? edits;
  });
}

/** Saves what somebody chose for references that mean nothing sure any more, and for edits that the data refuse. */
export function settleReferences(chosen: Chosen[], refused: SettledEdit[] = []): Promise<boolean> {
  const confirmed = chosen.filter(({ lost, text }) => lost.text === text).map(({ lost }) => lost);
  return changeEdits(
    (edits) => settleEdits(edits, chosen, refused),
    confirmed.map(({ layer, text }) => ({ layer, text })),
    (edits) => findDone(edits, chosen, refused),
  );
}

export function dragStation(station: string, to: LonLat): Promise<boolean> {
  return changeEdits((edits) => moveStation(edits, station, roundPlace(to)));
}

/** Puts the edits of an earlier revision in place of the present ones. */
export function restoreEdits(edits: Edit[]): Promise<boolean> {
  return changeEdits(() => edits);
}

/**
 * Adds what a feature proposes to the chosen scenario, or to a new one if none is chosen. What a run under a scenario proposes
 * holds with that scenario only: where the chosen one does not have its edits, a new one begins with them.
 */
export async function adoptEdits(edits: Edit[]): Promise<void> {
  await openScenarios();
  const base = app.findings.current?.manifest.scenario?.edits ?? [];
  const chosen = app.scenarios.chosen;
  if (chosen && beginsWith(chosen.edits, base)) {
    // Two features may propose the same of the same road.
    const known = new Set(chosen.edits.map((edit) => JSON.stringify(edit)));
    await addEdits(...edits.filter((edit) => !known.has(JSON.stringify(edit))));
    return;
  }
  const name = makeFreshName(app.language.text.scenarioStem, [], listNames());
  if (await createNumbered(name, base.length ? base : undefined)) await addEdits(...edits);
}

/** Makes a proposed plan a scenario of its own and shows what it comes to. */
export async function adoptProposal({
  scenario: { name: stem, edits },
  references,
}: Proposal): Promise<void> {
  await openScenarios();
  const taken = listNames();
  const name = taken.includes(stem) ? makeFreshName(`${stem} `, [], taken) : stem;
  if (await createNumbered(name, edits, references)) await followScenario();
}

function listNames(): string[] {
  return app.scenarios.list.map((one) => one.name);
}
