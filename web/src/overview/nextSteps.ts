/** What to do next, from what is missing, what is doubtful and what was found. */

import type { ResultSummary, Verdict } from '../api/types';
import type { Tab } from '../findings/findings.svelte';

export interface AskedQuestion {
  process: string;
  /** Codes of the layers without which it has no answer here. */
  lacks: string[];
  job: string | null;
  /** It is being answered, or waits for its turn. */
  running: boolean;
  /** It waits for its turn. */
  waiting?: boolean;
  answer: ResultSummary | null;
}

export type NextStep =
  | { kind: 'lacks'; layers: string[] }
  | { kind: 'doubts'; count: number }
  | { kind: 'run'; processes: string[] }
  | { kind: 'open'; verdict: 'fail' | 'undetermined'; count: number; process: string; job: string; tab: Tab }
  | { kind: 'adopt'; count: number; process: string; job: string };

export function listNextSteps(questions: AskedQuestion[], doubts: number): NextStep[] {
  const steps: NextStep[] = [];
  const layers = [...new Set(questions.flatMap(({ lacks }) => lacks))];
  if (layers.length) steps.push({ kind: 'lacks', layers });
  if (doubts) steps.push({ kind: 'doubts', count: doubts });
  const unasked = questions.filter(({ lacks, job, running }) => !lacks.length && !running && job === null);
  if (unasked.length) steps.push({ kind: 'run', processes: unasked.map(({ process }) => process) });
  // Which has the most is known once all that can be asked have answered.
  const open = questions.some(({ lacks, answer }) => !lacks.length && answer === null);
  for (const verdict of ['undetermined', 'fail'] as const) {
    const worst = open ? null : findMost(questions, verdict);
    if (worst) steps.push({ kind: 'open', verdict, tab: 'checks', ...worst });
  }
  const planner = questions.find(({ answer }) => answer?.proposals);
  if (planner?.job)
    steps.push({
      kind: 'adopt',
      count: planner.answer!.proposals,
      process: planner.process,
      job: planner.job,
    });
  return steps;
}

/** The question with the most checks of this verdict. */
function findMost(questions: AskedQuestion[], verdict: Verdict) {
  const counted = questions
    .map(({ process, job, answer }) => ({ process, job, count: answer?.verdicts[verdict] ?? 0 }))
    .sort((a, b) => b.count - a.count)[0];
  return counted?.job && counted.count ? { ...counted, job: counted.job } : null;
}
