import { describe, expect, it } from 'vitest';
import type { Column, Edit, Feature } from '../api/types';
import { freshName, handlesOf, proposalOf, sketchOf, withMove } from './scenario';

const station = (id: number, name: string, source_id: string | null): Feature => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [100 + id, 30] },
  properties: { name, source_id },
});
const stations = [station(1, '甲站', 'S1'), station(2, '乙站', null), station(3, '', null)];

describe('stations under a scenario', () => {
  it('are where the edits put them', () => {
    const edits: Edit[] = [
      { edit: 'add_station', name: '新站1', at: [120, 31] },
      { edit: 'move_station', station: '甲站', to: [101.5, 30] },
      { edit: 'close_station', station: '#2' },
      { edit: 'widen_road', road: 'R1', width_m: 4 },
    ];
    expect(handlesOf(stations, edits)).toEqual([
      { station: 'S1', name: '甲站', at: [101.5, 30], state: 'moved' },
      { station: '#3', name: '#3', at: [103, 30], state: 'there' },
      { station: '新站1', name: '新站1', at: [120, 31], state: 'new' },
    ]);
    expect(sketchOf(stations, edits)).toEqual([{ name: '乙站', points: [[102, 30]], state: 'gone' }]);
  });

  it('are moved by changing the edit that put them there', () => {
    const added: Edit[] = [{ edit: 'add_station', name: '新站1', at: [120, 31] }];
    expect(withMove(added, '新站1', [121, 31])).toEqual([
      { edit: 'add_station', name: '新站1', at: [121, 31] },
    ]);
    const once = withMove(added, 'S1', [101, 31]);
    expect(once[1]).toEqual({ edit: 'move_station', station: 'S1', to: [101, 31] });
    expect(withMove(once, 'S1', [102, 31])).toHaveLength(2);
    expect(freshName('新站', added, ['新站2'])).toBe('新站3');
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
    expect(proposalOf({ name: '村道', edits: JSON.stringify(edits) }, columns)).toEqual(edits);
  });

  it('are none where it proposes nothing', () => {
    expect(proposalOf({ name: '村道', edits: null }, columns)).toEqual([]);
    expect(proposalOf({ name: '村道', edits: '[{}]' }, columns.slice(0, 1))).toEqual([]);
  });
});
