/** Gives references that mean nothing sure in the present data the meaning that somebody chooses. */

import type { Edit, LostReference } from '../api/types';

/** Stands for dropping the edits instead. */
export const DROPPED = '';

export interface Chosen {
  lost: LostReference;
  /** How edits call what is meant, or `DROPPED`. */
  text: string;
}

const FIELDS = { roads: 'road', stations: 'station', obstacles: 'obstacle' } as const;

/** Writes the edits with what was chosen in them; numbers of edits are those of the list that is given. */
export function settleEdits(edits: Edit[], chosen: Chosen[]): Edit[] {
  return edits.flatMap((edit, at) => {
    const own = chosen.find(({ lost }) => lost.edits.includes(at + 1));
    if (!own) return [edit];
    if (own.text === DROPPED) return [];
    return [{ ...edit, [FIELDS[own.lost.layer]]: own.text } as Edit];
  });
}
