import { expect, test } from 'vitest';
import { splitClauses } from './clauses';

test('a remark is parted at its semicolons, but not within brackets', () => {
  expect(splitClauses('间距 1071 处；一期 335 处（39034 人；含补建）；余 364 条见附表')).toEqual([
    '间距 1071 处',
    '一期 335 处（39034 人；含补建）',
    '余 364 条见附表',
  ]);
  expect(splitClauses('共 152 处')).toEqual(['共 152 处']);
});
