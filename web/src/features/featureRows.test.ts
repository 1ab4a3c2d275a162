import { describe, expect, it } from 'vitest';
import type { Table } from '../api/types';
import { filterTables, findRowParts, listShownColumns } from './featureRows';

const column = (name: string, codes: string[] = []) => ({
  name,
  label: { zh: name, en: name },
  kind: 'text',
  unit: '',
  codes: codes.map((code) => ({ code, label: { zh: code, en: code } })),
});

const table = {
  id: 'obligation_sheet',
  title: { zh: '任务', en: 'Obligations' },
  columns: [
    column('name'),
    column('task'),
    column('duty'),
    column('required'),
    column('state', ['met', 'open']),
  ],
  rows: [
    ['甲镇', '1', '委员会', '设立', 'met'],
    ['乙镇', '1', '委员会', '设立', 'open'],
    ['甲镇', '2', '工作站', '≥ 2', 'open'],
  ],
  layer: null,
  chart: null,
  about: { layer: 'job-obligation_towns', column: 'name' },
} as unknown as Table;

describe('rows of a feature', () => {
  it('are those that say its name', () => {
    const parts = findRowParts(table, '甲镇');
    expect(parts.rows.map((row) => row[parts.title])).toEqual(['委员会', '工作站']);
    expect(parts.state).toBe(4);
    expect(parts.others).toEqual([1, 3]);
  });

  it('are named by words that every row has', () => {
    const unit = { ...column('unit'), sparse: true };
    const [name, ...others] = table.columns;
    const rows = table.rows.map(([subject, ...cells]) => [subject, null, ...cells]);
    const parts = findRowParts(
      { ...table, columns: [name, unit, ...others], rows } as unknown as Table,
      '甲镇',
    );
    expect(parts.rows.map((row) => row[parts.title])).toEqual(['委员会', '工作站']);
  });

  it('are printed without columns that say nothing of them', () => {
    const sparse = { ...column('unit'), sparse: true };
    const rows = table.rows.map((row) => [...row, null]);
    const wide = { ...table, columns: [...table.columns, sparse], rows } as unknown as Table;
    const shown = listShownColumns(wide, '甲镇');
    expect(shown.rows).toHaveLength(2);
    expect(shown.columns).toEqual([1, 2, 3, 4]);
  });

  it('belong to the features of one collection', () => {
    expect(filterTables([table], 'job-obligation_towns')).toEqual([table]);
    expect(filterTables([table], 'job-brigade_towns')).toEqual([]);
  });
});
