import { describe, expect, it } from 'vitest';
import type { Comparison, Figure, Results, Scenario } from '../api/types';
import { isOutdated, listCauseSteps, shareOutChanges } from './causes';

const manifest = (change: object): Results['manifest'] =>
  ({
    request: { analysis: 'coverage', bands_min: [5], floor: true },
    profile: 'national',
    set: [],
    as_of: null,
    scenario: null,
    ...change,
  }) as unknown as Results['manifest'];

const figures = (value: number | null): Figure[] => [{ name: 'people', value } as Figure];

describe('the causes of a change', () => {
  const before = manifest({});
  const after = manifest({
    request: { analysis: 'coverage', bands_min: [8], floor: true },
    profile: 'yili',
    scenario: { name: 'A' },
  });

  it('are changed one after the other, until the second run is reached', () => {
    const steps = listCauseSteps(before, after, false);
    expect(steps.map((step) => step.cause)).toEqual(['rules', 'parameters', 'scenario']);
    expect(steps[0]?.inputs).toMatchObject({ profile: 'yili', bands_min: [5], scenario: null });
    expect(steps[1]?.inputs).toMatchObject({ profile: 'yili', bands_min: [8], scenario: null });
    expect(steps[2]?.inputs).toEqual({
      profile: 'yili',
      set: [],
      as_of: null,
      bands_min: [8],
      floor: true,
      scenario: 'A',
    });
  });

  it('begin with the data where these are others', () => {
    const steps = listCauseSteps(before, manifest({ profile: 'yili' }), true);
    expect(steps.map((step) => step.cause)).toEqual(['ground', 'rules']);
    expect(steps[0]?.inputs.profile).toBe('national');
    expect(listCauseSteps(before, before, false)).toEqual([]);
  });

  it('add up to the whole change', () => {
    const [shared] = shareOutChanges([figures(40.1), figures(42.4), figures(41)]);
    expect(shared?.shares).toEqual([2.3, -1.4]);
    expect(shareOutChanges([figures(null), figures(3), figures(4)])[0]?.shares).toEqual([null, 1]);
    // What goes and comes back is told; what stays is not.
    expect(shareOutChanges([figures(1), figures(2), figures(1)])).toHaveLength(1);
    expect(shareOutChanges([figures(1), figures(1), figures(1)])).toHaveLength(0);
  });

  it('cannot be told of a scenario that was changed since', () => {
    const side = { settings: { scenario: 'A', scenario_revision: 2 } } as Comparison['before'];
    expect(isOutdated(side, [{ name: 'A', revision: 2 } as Scenario])).toBe(false);
    expect(isOutdated(side, [{ name: 'A', revision: 3 } as Scenario])).toBe(true);
    expect(isOutdated(side, [])).toBe(true);
  });
});
