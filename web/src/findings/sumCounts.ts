import type { Check } from '../api/types';

/** How many things checks stand for: a line for several counts as these. */
export function sumCounts(checks: readonly Pick<Check, 'count'>[]): number {
  return checks.reduce((sum, check) => sum + (check.count ?? 1), 0);
}
