import { describe, expect, it } from 'vitest';
import type { Results } from '../api/types';
import { makeProcess } from './processFixture';
import { readQuestion } from './question';

describe('the question of a run', () => {
  const process = makeProcess({
    profile: { type: 'string', default: 'national' },
    set: { type: 'array', default: [] },
    period: { enum: ['day', 'night'], default: 'day' },
    sensitivity: { type: 'boolean', default: false },
  });
  const ask = (change: object, tables: object[] = []) =>
    readQuestion(
      {
        manifest: {
          request: { analysis: 'coverage', period: 'day' },
          profile: 'national',
          set: [],
          as_of: null,
          scenario: null,
          ...change,
        },
        tables,
      } as unknown as Results,
      process,
    );

  it('is nothing but its name where all is as usual', () => {
    expect(ask({})).toEqual({ process: process.id, inputs: {} });
  });

  it('says what differs from the defaults, the scenario by its name', () => {
    const request = { analysis: 'coverage', period: 'night' };
    expect(ask({ request, profile: 'qidong', scenario: { name: 'plan', edits: [] } }).inputs).toEqual({
      period: 'night',
      profile: 'qidong',
      scenario: 'plan',
    });
  });

  it('says that its robustness was tested', () => {
    expect(ask({}, [{ id: 'sensitivity' }]).inputs).toEqual({ sensitivity: true });
  });
});
