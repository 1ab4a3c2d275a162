import { describe, expect, it } from 'vitest';
import type { Edit, LostReference } from '../api/types';
import { DROPPED, settleEdits } from './lostReferences';

describe('references that were lost', () => {
  const edits: Edit[] = [
    { edit: 'close_road', road: 'R1' },
    { edit: 'upgrade_station', station: 'S1', vehicles: 3 },
    { edit: 'open_road', road: 'R1' },
  ];
  const lost = (layer: string, numbers: number[]) => ({ layer, edits: numbers }) as unknown as LostReference;

  it('are written as chosen, in every edit that makes them', () => {
    const road = { lost: lost('roads', [1, 3]), text: 'R9' };
    const station = { lost: lost('stations', [2]), text: 'S1' };
    expect(settleEdits(edits, [road, station])).toEqual([
      { edit: 'close_road', road: 'R9' },
      { edit: 'upgrade_station', station: 'S1', vehicles: 3 },
      { edit: 'open_road', road: 'R9' },
    ]);
  });

  it('go with their edits where nothing is meant any more', () => {
    expect(settleEdits(edits, [{ lost: lost('roads', [1, 3]), text: DROPPED }])).toEqual([edits[1]]);
  });
});
