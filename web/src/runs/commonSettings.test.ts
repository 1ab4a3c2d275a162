import { describe, expect, it } from 'vitest';
import type { RuleEntry } from '../api/types';
import { addRuleSettings, listRuleSettings, splitFields } from './commonSettings';
import type { Field } from './fields';

describe('common settings', () => {
  it('stand apart from rare ones, in the order of the question', () => {
    const fields = ['profile', 'lattice_m', 'period', 'audit_places'].map((name) => ({ name }) as Field);
    const { common, rare } = splitFields(fields);
    expect(common.map(({ name }) => name)).toEqual(['profile', 'period']);
    expect(rare.map(({ name }) => name)).toEqual(['lattice_m', 'audit_places']);
  });

  it('are rules, too, if the question reads them', () => {
    const rules = [{ key: 'speed' }, { key: 'response.time_min' }] as RuleEntry[];
    expect(listRuleSettings(rules).map(({ key }) => key)).toEqual(['response.time_min']);
  });

  it('are added to what is set by hand, and hold against it', () => {
    const inputs = { period: 'day', set: ['response.time_min=5'] };
    expect(addRuleSettings(inputs, { 'response.time_min': ' 8 ', 'response.turnout_min': '' })).toEqual({
      period: 'day',
      set: ['response.time_min=5', 'response.time_min=8'],
    });
    expect(addRuleSettings(inputs, { 'response.time_min': '' })).toBe(inputs);
  });
});
