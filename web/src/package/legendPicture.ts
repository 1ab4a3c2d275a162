/** Draws the legend of the layers on show into a picture. */

import type { LegendEntry } from '../api/types';

export interface LegendGroup {
  title: string;
  entries: { label: string; entry: LegendEntry }[];
}

export interface PictureColours {
  paper: string;
  ink: string;
  quiet: string;
  rule: string;
  accent: string;
}

export const COLUMN = 208;
const LINE = 19;
const GAP = 9;

interface LegendLine {
  text: string;
  entry: LegendEntry | null;
}

/** The lines of a legend in columns that are no higher than this. */
export function arrangeLegend(groups: LegendGroup[], height: number): LegendLine[][] {
  const most = Math.max(4, Math.floor((height - GAP) / LINE));
  const columns: LegendLine[][] = [[]];
  for (const { title, entries } of groups) {
    const lines: LegendLine[] = [
      { text: title, entry: null },
      ...entries.map(({ label, entry }) => ({ text: label, entry })),
    ];
    // A heading does not stand alone at the foot of a column.
    if (columns.at(-1)!.length + Math.min(2, lines.length) > most) columns.push([]);
    for (const line of lines) {
      if (columns.at(-1)!.length >= most) columns.push([]);
      columns.at(-1)!.push(line);
    }
  }
  return columns.filter(({ length }) => length);
}

export function drawLegend(
  context: CanvasRenderingContext2D,
  columns: LegendLine[][],
  left: number,
  top: number,
  colours: PictureColours,
  fonts: string,
): void {
  context.textBaseline = 'middle';
  context.textAlign = 'start';
  columns.forEach((lines, column) => {
    lines.forEach(({ text, entry }, row) => {
      const x = left + column * COLUMN + 12;
      const y = top + GAP + row * LINE + LINE / 2;
      context.fillStyle = colours.ink;
      context.font = `${entry ? '' : '600 '}12px ${fonts}`;
      if (entry) drawSymbol(context, entry, x, y, colours);
      const indent = entry ? 26 : 0;
      context.fillStyle = entry ? colours.ink : colours.quiet;
      context.fillText(text, x + indent, y, COLUMN - 24 - indent);
    });
  });
}

/** Whether a colour would not be seen on this ground. */
export function isFaint(colour: string, ground: string): boolean {
  const parts = [colour, ground].map((text) =>
    text.match(/[0-9a-f]{2}/gi)?.map((part) => parseInt(part, 16)),
  );
  const [one, other] = parts;
  return !!one && !!other && one.slice(0, 3).every((part, at) => Math.abs(part - (other[at] ?? 0)) < 18);
}

/** Edges a line, as the map does. */
function drawCasing(context: CanvasRenderingContext2D, x: number, y: number, colours: PictureColours): void {
  context.save();
  context.strokeStyle = colours.quiet;
  context.lineWidth = 5;
  context.moveTo(x, y);
  context.lineTo(x + 18, y);
  context.stroke();
  context.restore();
  context.beginPath();
}

function drawSymbol(
  context: CanvasRenderingContext2D,
  entry: LegendEntry,
  x: number,
  y: number,
  colours: PictureColours,
): void {
  context.save();
  context.fillStyle = entry.color;
  context.strokeStyle = entry.shape === 'line' ? entry.color : (entry.outline ?? colours.rule);
  context.beginPath();
  if (entry.shape === 'line') {
    if (isFaint(entry.color, colours.paper)) drawCasing(context, x, y, colours);
    context.lineWidth = Math.min(6, Math.max(1.5, entry.width ?? 3));
    context.setLineDash((entry.dash ?? []).map((part) => part * context.lineWidth));
    context.moveTo(x, y);
    context.lineTo(x + 18, y);
  } else if (entry.shape === 'fill') {
    context.rect(x + 1, y - 5, 16, 10);
    context.fill();
  } else {
    context.arc(x + 9, y, 4.5, 0, 2 * Math.PI);
    context.fill();
  }
  context.stroke();
  context.restore();
}
