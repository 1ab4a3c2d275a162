/** Which names fit what is searched for, the best first. */

import type { LonLat } from '../api/types';

export interface NamedPlace {
  collection: string;
  id: number;
  name: string;
}

const MOST = 12;

/** Whole names come before beginnings, and those before names that hold the text; shorter ones first, then as they were listed. */
export function rankNames(places: NamedPlace[], text: string): NamedPlace[] {
  const wanted = text.trim().toLowerCase();
  const rank = ({ name }: NamedPlace) => {
    const own = name.toLowerCase();
    if (own === wanted) return 0;
    if (own.startsWith(wanted)) return 1;
    return own.includes(wanted) ? 2 : 3;
  };
  return places
    .map((place) => ({ place, rank: rank(place) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank || a.place.name.length - b.place.name.length)
    .slice(0, MOST)
    .map(({ place }) => place);
}

/** Reads `31.16, 108.39` or `108.39 31.16`: a latitude cannot be above 90, so the order can mostly be told. */
export function parsePlace(text: string): LonLat | null {
  const [, first, second] = /^\s*(-?\d+(?:\.\d+)?)[°,，\s]+(-?\d+(?:\.\d+)?)°?\s*$/.exec(text) ?? [];
  if (first === undefined || second === undefined) return null;
  const [a, b] = [Number(first), Number(second)];
  const [lat, lon] = Math.abs(a) > 90 ? [b, a] : [a, b];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lon, lat] : null;
}
