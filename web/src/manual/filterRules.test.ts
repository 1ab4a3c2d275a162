import { describe, expect, it } from 'vitest';
import type { RuleEntry } from '../api/types';
import { filterRules } from './filterRules';

const rules = ['response.time_min', 'response.turnout_min', 'speed', 'water.radius_m'].map(
  (key) => ({ key }) as RuleEntry,
);

describe('the rules of a question', () => {
  it('are the entries named, and all of a topic that is named', () => {
    const keys = (names: string[]) => filterRules(rules, names).map(({ key }) => key);
    expect(keys(['response.turnout_min', 'speed'])).toEqual(['response.turnout_min', 'speed']);
    expect(keys(['response'])).toEqual(['response.time_min', 'response.turnout_min']);
    expect(keys(['respons', 'water.radius'])).toEqual([]);
  });
});
