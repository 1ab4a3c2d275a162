import { describe, expect, it } from 'vitest';
import type { Column, Edit } from '../api/types';
import { beginsWith, makeFreshName, moveStation, readProposedEdits } from './edits';

describe('edits of stations', () => {
  const added: Edit[] = [{ edit: 'add_station', name: '新站1', at: [120, 31] }];

  it('move a station by changing the edit that put it there', () => {
    expect(moveStation(added, '新站1', [121, 31])).toEqual([
      { edit: 'add_station', name: '新站1', at: [121, 31] },
    ]);
    const once = moveStation(added, 'S1', [101, 31]);
    expect(once[1]).toEqual({ edit: 'move_station', station: 'S1', to: [101, 31] });
    expect(moveStation(once, 'S1', [102, 31])).toHaveLength(2);
  });

  it('contain their base or do not', () => {
    const more: Edit[] = [...added, { edit: 'close_station', station: 'S1' }];
    expect([beginsWith(more, added), beginsWith(more, []), beginsWith(added, more)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(beginsWith([...more].reverse(), added)).toBe(false);
  });

  it('name a new thing as nothing else is named', () => {
    expect(makeFreshName('新站', added, ['新站2'])).toBe('新站3');
  });
});

describe('edits that a feature proposes', () => {
  const columns: Column[] = [
    { name: 'name', label: { zh: '名称', en: 'Name' }, kind: 'text', unit: '' },
    { name: 'edits', label: { zh: '改造方案', en: 'As a scenario' }, kind: 'edits', unit: '' },
  ];

  it('are read from its column of edits, all of them', () => {
    const edits = [
      { edit: 'widen_road', road: 'R7', width_m: 4 },
      { edit: 'regrade_road', road: 'R7', slope_percent: 10 },
    ];
    expect(readProposedEdits({ name: '村道', edits: JSON.stringify(edits) }, columns)).toEqual(edits);
  });

  it('are none where it proposes nothing', () => {
    expect(readProposedEdits({ name: '村道', edits: null }, columns)).toEqual([]);
    expect(readProposedEdits({ name: '村道', edits: '[{}]' }, columns.slice(0, 1))).toEqual([]);
  });
});
