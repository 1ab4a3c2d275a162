import { describe, expect, it } from 'vitest';
import { listNextSteps, type AskedQuestion } from './nextSteps';

const ask = (process: string, change: Partial<AskedQuestion> = {}): AskedQuestion => ({
  process,
  lacks: [],
  job: null,
  running: false,
  answer: null,
  ...change,
});
const found = (process: string, undetermined: number, proposals = 0) =>
  ask(process, {
    job: `${process}-1`,
    answer: {
      figures: [],
      verdicts: { pass: 1, warn: 0, fail: 0, overdue: 0, undetermined },
      proposals,
    },
  });

describe('what to do next', () => {
  it('begins with what is missing, and names each layer once', () => {
    const steps = listNextSteps([ask('a', { lacks: ['roads'] }), ask('b', { lacks: ['roads', 'towns'] })], 3);
    expect(steps).toEqual([
      { kind: 'lacks', layers: ['roads', 'towns'] },
      { kind: 'doubts', count: 3 },
    ]);
  });

  it('leads to the question with the most that is undetermined, and to plans', () => {
    const answered = [found('a', 2), found('b', 5), found('siting', 0, 3)];
    const steps = listNextSteps([...answered, ask('d', { lacks: ['roads'] })], 0);
    expect(steps.map(({ kind }) => kind)).toEqual(['lacks', 'open', 'adopt']);
    expect(steps[1]).toMatchObject({ process: 'b', count: 5, verdict: 'undetermined', tab: 'checks' });
    expect(steps[2]).toMatchObject({ process: 'siting', job: 'siting-1', count: 3 });
  });

  it('says of no question that it has the most before all have answered', () => {
    const kinds = (last: AskedQuestion) => listNextSteps([found('a', 2), last], 0).map(({ kind }) => kind);
    expect(kinds(ask('b'))).toEqual(['run']);
    expect(kinds(ask('b', { running: true }))).toEqual([]);
    expect(kinds(ask('b', { job: 'b-1' }))).toEqual([]);
  });

  it('is nothing where all is found', () => {
    expect(listNextSteps([found('a', 0), ask('b', { running: true })], 0)).toEqual([]);
  });
});
