/** Finds what undoing and redoing lead to from the history that the service keeps: so they go on in another session, and for others. */

import type { Edit, ScenarioHistory } from '../api/types';

/** The edits before the last change, and those that were undone last; null where there is nothing to go to. */
export interface UndoSteps {
  undo: Edit[] | null;
  redo: Edit[] | null;
}

/**
 * Walks through the revisions, the first first. One that brings back the edits before the last change undoes that change; one that
 * brings back what was undone redoes it; any other is a change, after which there is nothing to redo.
 */
export function findUndoSteps(revisions: ScenarioHistory['revisions']): UndoSteps {
  const done: Edit[][] = [];
  let undone: Edit[][] = [];
  const isSame = (a: Edit[] | undefined, b: Edit[]) => a && JSON.stringify(a) === JSON.stringify(b);
  for (const { edits } of revisions) {
    if (isSame(done.at(-1), edits)) continue;
    if (isSame(done.at(-2), edits)) {
      undone.push(done.pop()!);
    } else if (isSame(undone.at(-1), edits)) {
      done.push(undone.pop()!);
    } else {
      done.push(edits);
      undone = [];
    }
  }
  return { undo: done.at(-2) ?? null, redo: undone.at(-1) ?? null };
}
