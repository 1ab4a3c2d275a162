import { describe, expect, it } from 'vitest';
import { PageLanguage } from '../text/pageLanguage.svelte';
import { Processes } from './processes.svelte';

describe('runs', () => {
  it('are told apart by what differs from the area as it is', () => {
    const processes = new Processes(new PageLanguage());
    const run = { job: 'a', process: 'p', status: 'successful' as const };
    expect(processes.describeSettings(run)).toBe('');
    expect(
      processes.describeSettings({
        ...run,
        settings: { profile: 'jincheng', set: ['response.time_min=8'], as_of: null, scenario: '新站' },
      }),
    ).toBe('新站 · 地方规则 · response.time_min=8');
    const tested = { profile: 'national', set: [], as_of: null, scenario: null, sensitivity: true };
    expect(processes.describeSettings({ ...run, settings: tested })).toBe('已检验稳健性');
  });

  it('of one scenario are told apart by its revision', () => {
    const processes = new Processes(new PageLanguage());
    const name = (scenario_revision: number) =>
      processes.describeSettings({
        job: `${scenario_revision}`,
        process: 'p',
        status: 'successful',
        settings: { profile: 'national', set: [], as_of: null, scenario: '近期', scenario_revision },
      });
    expect([name(1), name(2)]).toEqual(['近期 第 1 版', '近期 第 2 版']);
  });
});
