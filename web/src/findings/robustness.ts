/** Whether the unverified figures behind a headline were tried at both ends of their ranges. */

import type { Results } from '../api/types';

export function isTestedForRobustness(results: Pick<Results, 'tables'> | null): boolean {
  return results?.tables.some(({ id }) => id === 'sensitivity') ?? false;
}
