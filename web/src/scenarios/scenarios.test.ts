import { describe, expect, it } from 'vitest';
import type { ComparisonChoice } from '../comparison/comparison.svelte';
import type { Findings } from '../findings/findings.svelte';
import { PageLanguage } from '../text/pageLanguage.svelte';
import { ScenarioChoice } from './scenarios.svelte';

describe('the scenarios', () => {
  it('are busy until all of a change has ended, also between its parts', async () => {
    const scenarios = new ScenarioChoice(new PageLanguage(), {} as Findings, {} as ComparisonChoice);
    let end = () => {};
    const asking = new Promise<void>((resolve) => (end = resolve));
    const change = scenarios.keepBusy(async () => {
      expect(await scenarios.attempt(() => Promise.resolve())).toBe(true);
      await asking;
      return scenarios.attempt(() => Promise.reject(new Error('failed')));
    });
    await Promise.resolve();
    expect(scenarios.busy).toBe(true);
    end();
    expect(await change).toBe(false);
    expect(scenarios.busy).toBe(false);
    expect(scenarios.failure).toBe('failed');
  });
});
