import { describe, expect, it } from 'vitest';
import type { Edit, Feature } from '../api/types';
import { listMarks, listStations } from './marks';

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
    expect(listStations(stations, edits)).toEqual([
      { station: 'S1', name: '甲站', at: [101.5, 30], state: 'moved' },
      { station: '#3', name: '#3', at: [103, 30], state: 'there' },
      { station: '新站1', name: '新站1', at: [120, 31], state: 'new' },
    ]);
    expect(listMarks(stations, edits)).toEqual([{ name: '乙站', points: [[102, 30]], state: 'gone' }]);
  });
});
