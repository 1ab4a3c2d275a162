import { describe, expect, it } from 'vitest';
import type { Edit, Feature } from './api';
import { freshName, handlesOf, sketchOf, upgradeOf, withMove } from './scenario';

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

describe('an upgrade that a feature names', () => {
  it('becomes an edit of the road', () => {
    const edit = upgradeOf({ road_id: 'R7', upgrade_kind: 'widen', upgrade_value: 4 });
    expect(edit).toEqual({ edit: 'widen_road', road: 'R7', width_m: 4 });
    expect(upgradeOf({ road_id: 'R7', upgrade_kind: 'strengthen', upgrade_value: 20 })).toEqual({
      edit: 'strengthen_road',
      road: 'R7',
      load_t: 20,
    });
    expect(upgradeOf({ road_id: 'R7', upgrade_kind: 'build', upgrade_value: null })).toEqual({
      edit: 'build_road',
      road: 'R7',
    });
  });

  it('is none where the road, the kind or the figure is not known', () => {
    expect(upgradeOf({ road_id: null, upgrade_kind: 'widen', upgrade_value: 4 })).toBeNull();
    expect(upgradeOf({ road_id: 'R7', upgrade_kind: 'regrade', upgrade_value: 8 })).toBeNull();
    expect(upgradeOf({ road_id: 'R7', upgrade_kind: 'widen', upgrade_value: null })).toBeNull();
    expect(upgradeOf({ name: '甲村' })).toBeNull();
  });
});
