import { describe, expect, it } from 'vitest';
import { Runs } from './runs.svelte';

const settings = { profile: 'national', set: [], as_of: null, scenario: null };

describe('runs', () => {
  it('keep the place and the settings of a question that was asked before', () => {
    const runs = new Runs();
    runs.list = [
      { job: 'a', process: 'coverage', status: 'running', settings },
      { job: 'b', process: 'coverage', status: 'successful', settings },
    ];
    runs.addFinishedRun('coverage', 'a', { ...settings, scenario: '新站' });
    runs.addFinishedRun('coverage', 'c', { ...settings, scenario: '新站' });
    expect(runs.list.map(({ job, status }) => [job, status])).toEqual([
      ['a', 'successful'],
      ['b', 'successful'],
      ['c', 'successful'],
    ]);
    expect(runs.list.map((run) => run.settings?.scenario)).toEqual([null, null, '新站']);
    runs.replaceRun('a', { number: 7 });
    expect(['a', 'c'].map((job) => runs.findNumber(job))).toEqual([7, 8]);
  });

  it('are gone only once those of the service are known', () => {
    const runs = new Runs();
    runs.chosenJob = 'a';
    expect(runs.isGone).toBe(false);
    runs.known = true;
    expect(runs.isGone).toBe(true);
    runs.list = [{ job: 'a', process: 'p', status: 'running' }];
    expect(runs.isGone).toBe(false);
    // Without a run, the overview is shown.
    runs.chosenJob = null;
    runs.list = [];
    expect(runs.isGone).toBe(false);
  });
});
