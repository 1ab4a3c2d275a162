/** Which rules a question reads. */

import type { RuleEntry } from '../api/types';

/** Names are keys of entries, or topics, whose entries are called `topic.entry`. */
export function filterRules(rules: RuleEntry[], names: string[]): RuleEntry[] {
  return rules.filter(({ key }) => names.some((name) => key === name || key.startsWith(`${name}.`)));
}
