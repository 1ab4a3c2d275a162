/** Which settings of a run most people change: those stand open in its form, the others under a heading of their own. */

import type { RuleEntry } from '../api/types';
import type { Field } from './fields';

const COMMON = [
  'profile',
  'scenario',
  'period',
  'vehicle',
  'open_for',
  'speed',
  'objective',
  'new_stations',
  'budget_wan_yuan',
  'budgets',
  'trucks',
];

/** Rules that are asked for like parameters, if the question reads them. */
const COMMON_RULES = ['response.time_min', 'response.turnout_min'];

export function splitFields(fields: Field[]): { common: Field[]; rare: Field[] } {
  const isCommon = ({ name }: Field) => COMMON.includes(name);
  return { common: fields.filter(isCommon), rare: fields.filter((field) => !isCommon(field)) };
}

/** A rule that can be set in the form: what it is now, and by which clause. */
export interface RuleSetting {
  key: string;
  rule: RuleEntry;
}

export function listRuleSettings(rules: RuleEntry[]): RuleSetting[] {
  return COMMON_RULES.flatMap((key) => {
    const rule = rules.find((one) => one.key === key);
    return rule ? [{ key, rule }] : [];
  });
}

/** Adds the rules that were filled in to what is set by hand; the form's own come last, so that they hold. */
export function addRuleSettings(
  inputs: Record<string, unknown>,
  filled: Record<string, string>,
): Record<string, unknown> {
  const set = Object.entries(filled)
    .map(([key, value]) => [key, value.trim()] as const)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${value}`);
  if (!set.length) return inputs;
  const given = Array.isArray(inputs.set) ? (inputs.set as string[]) : [];
  return { ...inputs, set: [...given, ...set] };
}
