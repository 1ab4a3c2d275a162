/**
 * Gives references that mean nothing sure in the present data the meaning that somebody chooses, and drops or keeps edits that the
 * data refuse.
 */

import type { Edit, LostReference } from '../api/types';

/** Stands for dropping the edits instead. */
export const DROPPED = '';

export interface Chosen {
  lost: LostReference;
  /** How edits call what is meant, or `DROPPED`. */
  text: string;
}

/** What becomes of an edit that the data refuse; its number counts from 1. */
export interface SettledEdit {
  edit: number;
  /** It stays as done: the data have by now what it does. Otherwise it is dropped. */
  stays: boolean;
}

const FIELDS = {
  roads: 'road',
  stations: 'station',
  obstacles: 'obstacle',
  hydrants: 'name',
  water_sources: 'name',
} as const;

/** Writes the edits with what was chosen in them; numbers of edits are those of the list that is given. */
export function settleEdits(edits: Edit[], chosen: Chosen[], refused: SettledEdit[] = []): Edit[] {
  return edits.flatMap((edit, at) => {
    if (refused.some((one) => one.edit === at + 1 && !one.stays)) return [];
    const own = chosen.find(({ lost }) => lost.edits.includes(at + 1));
    if (!own) return [edit];
    if (own.text === DROPPED) return [];
    return [{ ...edit, [FIELDS[own.lost.layer]]: own.text } as Edit];
  });
}

/** The numbers that edits which stay as done have once others are dropped. */
export function findDone(edits: Edit[], chosen: Chosen[], refused: SettledEdit[]): number[] {
  const stays = refused.filter((one) => one.stays);
  return stays.map(({ edit }) => settleEdits(edits.slice(0, edit), chosen, refused).length);
}
