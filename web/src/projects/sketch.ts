/** A small map without the map library: lines of longitude and latitude in a box, as paths of SVG. */

import type { SketchLines } from './types';

export interface Sketch {
  around: string;
  lines: string;
  points: { x: number; y: number }[];
  /** The scale: how long the bar is, in the box and on the ground. */
  bar: { width: number; length_m: number };
}

interface Frame {
  west: number;
  north: number;
  scale: number;
  squeeze: number;
  left: number;
  top: number;
}

const METRES_PER_DEGREE = 111_320;
/** The least that is shown, so that a single place has something around it. */
const LEAST_DEG = 0.004;
const MARGIN = 0.12;

/** What is drawn is the source; roads around it are drawn as far as they are in the box. */
export function drawSketch(
  around: SketchLines,
  lines: SketchLines,
  width: number,
  height: number,
): Sketch | null {
  const frame = frameLines(lines.length ? lines : around, width, height);
  if (!frame) return null;
  const place = ([lon, lat]: [number, number]) => ({
    x: frame.left + (lon - frame.west) * frame.squeeze * frame.scale,
    y: frame.top + (frame.north - lat) * frame.scale,
  });
  const write = (line: [number, number][]) =>
    line
      .map((at, index) => {
        const { x, y } = place(at);
        return `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .join('');
  const far = (line: [number, number][]) =>
    line.every((at) => {
      const { x, y } = place(at);
      return x < -width || x > 2 * width || y < -height || y > 2 * height;
    });
  return {
    around: around
      .filter((line) => line.length > 1 && !far(line))
      .map(write)
      .join(''),
    lines: lines
      .filter((line) => line.length > 1)
      .map(write)
      .join(''),
    points: lines.filter((line) => line.length === 1).map((line) => place(line[0]!)),
    bar: measureBar(frame.scale, width),
  };
}

/** Puts the middle of the lines into the box: a few places that lie far away do not make all others a dot. */
function frameLines(lines: SketchLines, width: number, height: number): Frame | null {
  const coords = lines.flat();
  if (!coords.length) return null;
  const [west, east] = findMiddle(coords.map(([lon]) => lon));
  const [south, north] = findMiddle(coords.map(([, lat]) => lat));
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const wide = Math.max((east - west) * squeeze, LEAST_DEG);
  const high = Math.max(north - south, LEAST_DEG);
  const scale = Math.min((width * (1 - 2 * MARGIN)) / wide, (height * (1 - 2 * MARGIN)) / high);
  return {
    west,
    north,
    scale,
    squeeze,
    left: (width - (east - west) * squeeze * scale) / 2,
    top: (height - (north - south) * scale) / 2,
  };
}

function findMiddle(values: number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = Math.floor(sorted.length * 0.01);
  return [sorted[cut]!, sorted[sorted.length - 1 - cut]!];
}

/** The longest round length that is at most a third of the box. */
function measureBar(scale: number, width: number): Sketch['bar'] {
  const most_m = (width / 3 / scale) * METRES_PER_DEGREE;
  const power = 10 ** Math.floor(Math.log10(most_m));
  const length_m = [5, 2, 1].map((step) => step * power).find((length) => length <= most_m) ?? power;
  return { width: (length_m / METRES_PER_DEGREE) * scale, length_m };
}
