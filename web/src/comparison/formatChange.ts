/** Writes the figures of a comparison: what they were, are, and by how much they differ. */

import { formatMeasure } from '../text/format';
import type { Text } from '../text/language';

export function formatFigure(value: number | null, unit: string, text: Text): string {
  return value === null ? text.undetermined : formatMeasure(value, unit);
}

/** Writes a difference with its sign; where one side is undetermined there is none. */
export function formatDifference(value: number | null, unit: string): string {
  if (value === null) return '–';
  const size = formatMeasure(Math.abs(value), unit);
  return value > 0 ? `+${size}` : value < 0 ? `−${size}` : '0';
}
