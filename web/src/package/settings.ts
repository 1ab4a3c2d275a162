/** Under which rules and scenario a package is made: those of what is on screen. */

import { app } from '../app/app';

export interface ShownSettings {
  profile: string | null;
  set: string[];
  asOf: string | null;
  scenario: string | null;
}

/** Of the scenario that is edited, or else of the run that is shown; without either, as the service was started. */
export function findSettings(): ShownSettings {
  const run = app.runs.chosen?.settings;
  const edited = app.scenarios.panelOpen ? app.scenarios.chosenName : null;
  return {
    profile: run?.profile ?? null,
    set: run?.set ?? [],
    asOf: run?.as_of ?? null,
    scenario: edited ?? run?.scenario ?? null,
  };
}

/** As the server takes them; what is not said is as it was started. */
export function makeInputs(settings: ShownSettings): Record<string, unknown> {
  const { profile, set, asOf, scenario } = settings;
  return { ...(profile === null ? {} : { profile, set, as_of: asOf }), scenario };
}
