/** Sorts, filters and measures the rows of a table. */

import type { Column, Value } from '../api/types';
import { formatCell } from '../text/format';
import { translateLabel, texts, type Language } from '../text/language';

export interface Order {
  column: number;
  descending: boolean;
}

const collators = {
  zh: new Intl.Collator('zh-CN', { numeric: true }),
  en: new Intl.Collator('en', { numeric: true }),
};

/** Returns the numbers of the rows that match the filter, in order; missing values come last whichever way. */
export function sortRows(
  rows: (Value[] | undefined)[],
  columns: Column[],
  filter: string,
  order: Order | null,
  language: Language,
): number[] {
  const words = filter.trim().toLowerCase().split(/\s+/).filter(Boolean);
  let numbers = rows.map((_, number) => number);
  if (words.length) {
    numbers = numbers.filter((number) => {
      const row = rows[number];
      if (!row) return false;
      const text = columns
        .map((column, at) => showCell(row[at], column, language))
        .join(' ')
        .toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }
  const column = order && columns[order.column];
  if (!order || !column) return numbers;
  const ranks = new Map(column.codes?.map(({ code }, rank) => [code, rank]));
  const sign = order.descending ? -1 : 1;
  const missing = (value: Value | undefined) => value === null || value === undefined;
  const compare = (a: Value | undefined, b: Value | undefined) => {
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    if (ranks.size) return (ranks.get(String(a)) ?? ranks.size) - (ranks.get(String(b)) ?? ranks.size);
    return collators[language].compare(String(a), String(b));
  };
  return numbers.sort((m, n) => {
    const [a, b] = [rows[m]?.[order.column], rows[n]?.[order.column]];
    if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b)) || m - n;
    return sign * compare(a, b) || m - n;
  });
}

/** What stands in a cell: what nobody knows is said. */
function showCell(value: Value | undefined, column: Column, language: Language): string {
  return value === null && !column.sparse
    ? texts[language].undetermined
    : formatCell(value, column, language);
}

/** Edits are for scenarios: nobody reads them in a table. */
export function hideEdits(
  rows: (Value[] | undefined)[],
  columns: Column[],
): { rows: (Value[] | undefined)[]; columns: Column[] } {
  if (!columns.some((column) => column.kind === 'edits')) return { rows, columns };
  const kept = columns.flatMap((column, at) => (column.kind === 'edits' ? [] : [at]));
  return {
    columns: kept.map((at) => columns[at]!),
    rows: rows.map((row) => row && kept.map((at) => row[at] ?? null)),
  };
}

/** So many letters of a heading stand on one line. */
const LONG_HEADING = 18;

/** Estimates widths in pixels from the header and the first rows, so that scrolling does not change them. */
export function measureColumns(
  rows: (Value[] | undefined)[],
  columns: Column[],
  language: Language,
): number[] {
  const sample = rows.slice(0, 120);
  return columns.map((column, at) => {
    const cells = sample.map((row) => measureText(showCell(row?.[at], column, language)));
    const words = measureText(translateLabel(column.label, language)) + measureText(column.unit) + 3;
    // A long heading has two lines, so that it does not make a column of numbers as wide as a sentence.
    const header = words > LONG_HEADING ? Math.max(LONG_HEADING, words / 2 + 3) : words;
    return Math.round(Math.min(320, Math.max(56, Math.max(header, ...cells) * 6.9 + 22)));
  });
}

/** Counts letters; a Chinese one is as wide as two others. */
function measureText(text: string): number {
  let width = 0;
  for (const letter of text) width += letter.charCodeAt(0) > 0x2e80 ? 1.95 : 1;
  return width;
}
