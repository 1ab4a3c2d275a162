import { expect, test } from 'vitest';

import { sumCounts } from './sumCounts';

test('a line for many things counts as many', () => {
  expect(sumCounts([{ count: 293 }, {}, { count: 1 }])).toBe(295);
  expect(sumCounts([])).toBe(0);
});
