import { describe, expect, it } from 'vitest';
import type { Edit, LostReference } from '../api/types';
import { DROPPED, findDone, settleEdits } from './lostReferences';

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

  it('leave edits that the data refuse to be dropped, or to stay as done under their new numbers', () => {
    const refused = [
      { edit: 1, stays: false },
      { edit: 3, stays: true },
    ];
    expect(settleEdits(edits, [], refused)).toEqual([edits[1], edits[2]]);
    expect(findDone(edits, [], refused)).toEqual([2]);
  });
});
