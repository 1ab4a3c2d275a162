import { describe, expect, test } from 'vitest';
import type { Column } from '../api/types';
import { makeAxis, makeLines } from './curve';

const column = (name: string) => ({ name, label: { zh: name, en: name }, kind: 'float', unit: '' }) as Column;

describe('axis', () => {
  test('has round ticks that hold all values', () => {
    expect(makeAxis([41.7, 88.2], 6)).toEqual({ ticks: [40, 50, 60, 70, 80, 90], from: 40, to: 90 });
    expect(makeAxis([0, 12], 7).ticks).toEqual([0, 2, 4, 6, 8, 10, 12]);
  });
  test('of one value still has a length', () => {
    const { from, to } = makeAxis([5], 5);
    expect(to).toBeGreaterThan(from);
    expect(from).toBeLessThanOrEqual(5);
  });
});

describe('lines', () => {
  const columns = ['n', 'a', 'b'].map(column);
  test('leave out rows without a value and columns that are not there', () => {
    const rows = [
      [0, 1, null],
      [1, 2, 3],
    ];
    const lines = makeLines(columns, rows, 'n', ['a', 'b', 'c']);
    expect(lines.map((line) => line.points.length)).toEqual([2, 1]);
    expect(lines[1]!.points[0]).toEqual({ x: 1, y: 3, row: 1 });
  });

  test('have axes that count things in whole numbers', () => {
    expect(makeAxis([1, 2, 3], 8, true).ticks).toEqual([1, 2, 3]);
    expect(makeAxis([1, 2, 3], 8).ticks).toContain(1.5);
  });
});
