/** Lengths and areas on the ellipsoid of CGCS2000; what is drawn on the map is in degrees. */

import type { LonLat } from '../api/types';

const SEMI_MAJOR_M = 6_378_137;
const FLATTENING = 1 / 298.257222101;
const ECCENTRICITY_SQUARED = FLATTENING * (2 - FLATTENING);
const RADIAN = Math.PI / 180;

/** Metres of a radian of latitude and of longitude at a latitude. */
function measureRadian(lat: number): { north: number; east: number } {
  const bulge = 1 - ECCENTRICITY_SQUARED * Math.sin(lat) ** 2;
  return {
    north: (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / bulge ** 1.5,
    east: (SEMI_MAJOR_M / Math.sqrt(bulge)) * Math.cos(lat),
  };
}

/** A line is measured in pieces that are short enough to be straight. */
export function measureLength(line: LonLat[]): number {
  const PIECES = 16;
  let length = 0;
  for (let at = 1; at < line.length; at++) {
    const [[lon, lat], [toLon, toLat]] = [line[at - 1]!, line[at]!];
    for (let piece = 0; piece < PIECES; piece++) {
      const { north, east } = measureRadian((lat + ((toLat - lat) * (piece + 0.5)) / PIECES) * RADIAN);
      length += Math.hypot((toLat - lat) * north, (toLon - lon) * east) * (RADIAN / PIECES);
    }
  }
  return length;
}

/** The area that a line encloses once its ends are joined, in square metres. */
export function measureArea(line: LonLat[]): number {
  if (line.length < 3) return 0;
  const middle = line.reduce((sum, [, lat]) => sum + lat, 0) / line.length;
  const [firstLon] = line[0]!;
  const places = line.map(([lon, lat]) => {
    const { north } = measureRadian(((lat + middle) / 2) * RADIAN);
    const { east } = measureRadian(lat * RADIAN);
    return [(lon - firstLon) * RADIAN * east, (lat - middle) * RADIAN * north] as const;
  });
  const twice = places.reduce((sum, [x, y], at) => {
    const [beforeX, beforeY] = places.at(at - 1)!;
    return sum + beforeX * y - x * beforeY;
  }, 0);
  return Math.abs(twice) / 2;
}
