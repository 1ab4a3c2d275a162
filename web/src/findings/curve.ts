/** Computes the lines and axes of a chart from the rows of a table. */

import type { Column, Value } from '../api/types';

/** How wide a figure is in the chart, whose letters are 11 units high. */
export function estimateWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + (/[\d−-]/u.test(letter) ? 6.4 : 3.4), 0);
}

export interface Axis {
  /** They ascend; the first and the last are the ends of the axis. */
  ticks: number[];
  from: number;
  to: number;
}

export interface Line {
  column: Column;
  /** There is one for each row that has both values. */
  points: { x: number; y: number; row: number }[];
}

/** Columns that the table does not have are left out. */
export function makeLines(columns: Column[], rows: Value[][], x: string, y: string[]): Line[] {
  const along = columns.findIndex((column) => column.name === x);
  return y.flatMap((name) => {
    const up = columns.findIndex((column) => column.name === name);
    if (along < 0 || up < 0) return [];
    const points = rows.flatMap((row, number) => {
      const [x, y] = [row[along], row[up]];
      return typeof x === 'number' && typeof y === 'number' ? [{ x, y, row: number }] : [];
    });
    return [{ column: columns[up]!, points }];
  });
}

/**
 * Puts at most `most` ticks around the values, 1, 2 or 5 times a power of ten apart, for those are easy to read. Of things that
 * are counted there is no half.
 */
export function makeAxis(values: number[], most: number, counted = false): Axis {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || Math.abs(high) || 1;
  const rough = span / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const easy = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough * (1 - 1e-9))!;
  const step = counted ? Math.max(1, easy) : easy;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  );
  return { ticks, from: ticks[0]!, to: ticks.at(-1)! };
}
