/** Which tables hold the rows that a figure sums up. */

import type { Figure, Table } from '../api/types';

/**
 * The tables of the findings whose name speaks of what the figure counts: `covered_villages_percent` of villages. A figure
 * that names nothing of the kind is summed up from all of them.
 */
export function findFigureTables(figure: Figure, tables: Table[]): Table[] {
  const words = figure.name.split('_').map(singular);
  const subjects = ({ id, layer }: Table) =>
    `${id}_${layer ?? ''}`
      .split(/[_-]/)
      .filter((word) => word.length > 3)
      .map(singular);
  const found = tables.filter((table) => subjects(table).some((word) => words.includes(word)));
  return found.length ? found : tables;
}

function singular(word: string): string {
  return word.replace(/s$/, '');
}
