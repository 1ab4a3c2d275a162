/** What a package is ordered with, as the form has it. */

import type { PackageOrder, PlanFacts } from '../api/types';
import type { PackageText } from '../text/zhPackage';

export const TEXT_FACTS = ['name', 'body', 'author', 'stage', 'date', 'map_number'] as const;
export const YEAR_FACTS = ['base_year', 'near_until', 'far_until'] as const;
/** In the order in which the form asks for them. */
export const FACTS = [
  'name',
  'body',
  'author',
  'base_year',
  'near_until',
  'far_until',
  'stage',
  'date',
  'map_number',
] as const;
export type FactName = (typeof FACTS)[number];
export type FactValues = Record<FactName, string>;

export interface PackageForm {
  edition: 'internal' | 'public';
  isFinal: boolean;
  parts: string[];
  facts: FactValues;
}

/** The facts as they stand in fields; what is not known is empty. */
export function readFacts(known: PlanFacts): FactValues {
  return Object.fromEntries(FACTS.map((name) => [name, String(known[name] ?? '')])) as FactValues;
}

/** The facts that nobody has told yet. The stage has a usual value and need not be told. */
export function listMissing(known: PlanFacts): FactName[] {
  const values = readFacts(known);
  return FACTS.filter((name) => name !== 'stage' && !values[name]);
}

/** What is wrong with the fields, by their names. */
export function checkFacts(facts: FactValues, text: PackageText): Partial<Record<FactName, string>> {
  const wrong: Partial<Record<FactName, string>> = {};
  for (const name of YEAR_FACTS) {
    const year = facts[name].trim();
    if (year && !/^(19|20|21)\d\d$/.test(year)) wrong[name] = text.yearWrong;
  }
  const date = facts.date.trim();
  const parsed = new Date(`${date}T00:00:00Z`);
  const right = /^\d{4}-\d\d-\d\d$/.test(date) && parsed.toJSON()?.startsWith(date);
  if (date && !right) wrong.date = text.dateWrong;
  return wrong;
}

/** The body of an order; of the facts, those that are filled in. */
export function makeOrder(form: PackageForm, inputs: Record<string, unknown>): PackageOrder {
  const texts = TEXT_FACTS.map((name) => [name, form.facts[name].trim()]);
  const years = YEAR_FACTS.map((name) => [name, Number(form.facts[name]) || null]);
  return {
    edition: form.edition,
    final: form.isFinal,
    parts: form.parts,
    facts: Object.fromEntries([...texts, ...years].filter(([, value]) => value)) as PackageOrder['facts'],
    inputs,
  };
}
