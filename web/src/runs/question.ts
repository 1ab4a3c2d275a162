/** What a run was asked, in as few words as will ask it again. */

import type { Process, Results } from '../api/types';
import type { Question } from '../app/hash';
import { isTestedForRobustness } from '../findings/robustness';

/** Takes from the manifest of a run what differs from the defaults of its question. */
export function readQuestion(results: Results, process: Process): Question {
  const { manifest } = results;
  const { analysis: _, ...request } = manifest.request as Record<string, unknown>;
  const asked: Record<string, unknown> = {
    ...request,
    profile: manifest.profile,
    set: manifest.set,
    as_of: manifest.as_of,
    scenario: manifest.scenario?.name ?? null,
    sensitivity: isTestedForRobustness(results),
  };
  const differs = ([name, value]: [string, unknown]) => {
    const usual = process.inputs[name]?.schema.default ?? null;
    return JSON.stringify(value ?? null) !== JSON.stringify(usual);
  };
  return { process: process.id, inputs: Object.fromEntries(Object.entries(asked).filter(differs)) };
}
