/** A curve from the rows of a table: nothing here draws. */

import type { Column, Value } from '../api/types';

export interface Axis {
  /** Ascending, from the least to the greatest shown. */
  ticks: number[];
  from: number;
  to: number;
}

export interface Line {
  column: Column;
  /** One for each row that has both values. */
  points: { x: number; y: number; row: number }[];
}

/** The lines of a chart; columns that are not there are left out. */
export function linesOf(columns: Column[], rows: Value[][], x: string, y: string[]): Line[] {
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

/** Round ticks (1, 2 or 5 times a power of ten apart) around the values, at most `most` of them. */
export function axisOf(values: number[], most: number): Axis {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || Math.abs(high) || 1;
  const rough = span / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough * (1 - 1e-9))!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  );
  return { ticks, from: ticks[0]!, to: ticks.at(-1)! };
}
