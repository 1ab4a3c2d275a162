import { describe, expect, it } from 'vitest';
import type { Edit, ScenarioHistory } from '../api/types';
import { findUndoSteps } from './undoStack';

const edit = (road: string): Edit => ({ edit: 'close_road', road });
const revisions = (...states: string[]) =>
  states.map((roads) => ({ edits: [...roads].map(edit) })) as unknown as ScenarioHistory['revisions'];
const steps = (...states: string[]) => {
  const found = findUndoSteps(revisions(...states));
  const write = (edits: Edit[] | null) =>
    edits && edits.map((one) => ('road' in one ? one.road : '')).join('');
  return [write(found.undo), write(found.redo)];
};

describe('undoing', () => {
  it('leads back through the changes, and forth again', () => {
    expect(steps('')).toEqual([null, null]);
    expect(steps('', 'a')).toEqual(['', null]);
    expect(steps('', 'a', 'ab')).toEqual(['a', null]);
    expect(steps('', 'a', 'ab', 'a')).toEqual(['', 'ab']);
    expect(steps('', 'a', 'ab', 'a', '')).toEqual([null, 'a']);
    expect(steps('', 'a', 'ab', 'a', '', 'a', 'ab')).toEqual(['a', null]);
  });

  it('brings back what was dropped in the middle, and what was moved', () => {
    expect(steps('', 'abc', 'ac')).toEqual(['abc', null]);
    expect(steps('', 'ab', 'ax')).toEqual(['ab', null]);
  });

  it('has nothing to redo after another change, and passes over revisions that change nothing', () => {
    expect(steps('', 'a', '', 'b')).toEqual(['', null]);
    expect(steps('', 'a', 'a', 'ab', 'ab', 'a', 'a')).toEqual(['', 'ab']);
  });
});
