/** The rows of a table that belong to a feature, as a sheet: a title, a state, and what else is said. */

import type { Column, Table, Value } from '../api/types';

export interface RowParts {
  rows: Value[][];
  /** Number of the column that names a row. */
  title: number;
  /** Number of the column with codes that says how a row stands; null: there is none. */
  state: number | null;
  /** Numbers of the other columns, in their order. */
  others: number[];
}

/** The tables of the findings whose rows belong to features of a collection. */
export function filterTables(tables: Table[], collection: string): Table[] {
  return tables.filter((table) => table.about?.layer === collection);
}

/** The rows about one feature, and the columns in which one of them says something, but that which names the feature. */
export function listShownColumns(table: Table, subject: string): { rows: Value[][]; columns: number[] } {
  const about = table.columns.findIndex((column) => column.name === table.about?.column);
  const rows = table.rows.filter((row) => row[about] === subject) as Value[][];
  const numbers = table.columns.map((_, number) => number).filter((number) => number !== about);
  const isSaid = (number: number) => rows.some((row) => row[number] !== null && row[number] !== '');
  // What nobody knows of any row is still to be found out: only what is left out on purpose has no column.
  return { rows, columns: numbers.filter((number) => !table.columns[number]?.sparse || isSaid(number)) };
}

/** The rows about one feature, in the order of the table. */
export function findRowParts(table: Table, subject: string): RowParts {
  const about = table.columns.findIndex((column) => column.name === table.about?.column);
  const numbers = table.columns.map((_, number) => number).filter((number) => number !== about);
  const hasCodes = (column: Column | undefined) => Boolean(column?.codes?.length);
  const state = numbers.find((number) => table.columns[number]?.name === 'state') ?? null;
  const rows = table.rows.filter((row) => row[about] === subject) as Value[][];
  const names = (number: number) =>
    !hasCodes(table.columns[number]) &&
    table.columns[number]?.name !== 'task' &&
    rows.every((row) => typeof row[number] === 'string' && row[number] !== '');
  const title = numbers.find(names) ?? numbers[0] ?? 0;
  return {
    rows,
    title,
    state,
    others: numbers.filter((number) => number !== title && number !== state),
  };
}
