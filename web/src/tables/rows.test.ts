import { describe, expect, it } from 'vitest';
import type { Column, Value } from '../api/types';
import { sortRows, hideEdits, measureColumns } from './rows';

const columns: Column[] = [
  { name: 'name', label: { zh: '名称', en: 'Name' }, kind: 'text', unit: '' },
  { name: 'time_min', label: { zh: '时间', en: 'Time' }, kind: 'float', unit: 'min' },
  {
    name: 'band',
    label: { zh: '覆盖', en: 'Coverage' },
    kind: 'text',
    unit: '',
    codes: [
      { code: 'in', label: { zh: '在内', en: 'In time' } },
      { code: 'late', label: { zh: '超时', en: 'Late' } },
    ],
  },
];
const rows: Value[][] = [
  ['李家沟', 6.5, 'late'],
  ['安坪', null, 'in'],
  ['周村, 北', 3, 'in'],
];

describe('rows of a table', () => {
  it('sort by number, missing last both ways', () => {
    expect(sortRows(rows, columns, '', { column: 1, descending: false }, 'zh')).toEqual([2, 0, 1]);
    expect(sortRows(rows, columns, '', { column: 1, descending: true }, 'zh')).toEqual([0, 2, 1]);
  });

  it('sort codes in their own order and names by pinyin', () => {
    expect(sortRows(rows, columns, '', { column: 2, descending: false }, 'zh')).toEqual([1, 2, 0]);
    expect(sortRows(rows, columns, '', { column: 0, descending: false }, 'zh')).toEqual([1, 0, 2]);
  });

  it('filter by what is shown', () => {
    expect(sortRows(rows, columns, '超时', null, 'zh')).toEqual([0]);
    expect(sortRows(rows, columns, 'in TIME', null, 'en')).toEqual([1, 2]);
    expect(sortRows(rows, columns, '周 在内', null, 'zh')).toEqual([2]);
    expect(sortRows(rows, columns, '待核', null, 'zh')).toEqual([1]);
  });

  it('show no edits, which are for scenarios', () => {
    const edits: Column = { name: 'edits', label: { zh: '方案', en: 'Edits' }, kind: 'edits', unit: '' };
    const shown = hideEdits([['甲', '[]', 2], undefined], [columns[0]!, edits, columns[1]!]);
    expect(shown.columns.map((column) => column.name)).toEqual(['name', 'time_min']);
    expect(shown.rows).toEqual([['甲', 2], undefined]);
  });

  it('give columns a width within bounds', () => {
    const [name = 0, time = 0] = measureColumns(rows, columns, 'zh');
    expect(name).toBeGreaterThan(time / 2);
    expect(measureColumns([['很'.repeat(200)]], columns.slice(0, 1), 'zh')).toEqual([320]);
  });
});
