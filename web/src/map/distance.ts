/** How far a place is from what is drawn of a feature. */

import { squaredSegmentDistance } from 'ol/math';

export interface Shape {
  kind: 'point' | 'line' | 'polygon';
  /** x and y one after the other. */
  coordinates: number[];
  /** Where each line or ring ends in the coordinates. */
  ends: number[];
}

/** The distance to the nearest point, line or edge. */
export function measureDistance({ kind, coordinates, ends }: Shape, [x, y]: [number, number]): number {
  let least = Infinity;
  if (kind === 'point') {
    for (let at = 0; at < coordinates.length; at += 2)
      least = Math.min(least, (coordinates[at]! - x) ** 2 + (coordinates[at + 1]! - y) ** 2);
    return Math.sqrt(least);
  }
  let start = 0;
  for (const end of ends) {
    for (let at = start + 2; at < end; at += 2) {
      const [ax, ay] = [coordinates[at - 2]!, coordinates[at - 1]!];
      least = Math.min(least, squaredSegmentDistance(x, y, ax, ay, coordinates[at]!, coordinates[at + 1]!));
    }
    start = end;
  }
  return Math.sqrt(least);
}

/** Rings are counted together: a place in a hole lies inside two of them. */
export function isInside({ coordinates, ends }: Shape, [x, y]: [number, number]): boolean {
  let inside = false;
  let start = 0;
  for (const end of ends) {
    for (let at = start, before = end - 2; at < end; before = at, at += 2) {
      const [ax, ay] = [coordinates[before]!, coordinates[before + 1]!];
      const [bx, by] = [coordinates[at]!, coordinates[at + 1]!];
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }
    start = end;
  }
  return inside;
}
