import { describe, expect, it } from 'vitest';
import { clipExtent, findExtent, findPixelSize } from './shownMap';

describe('what the map shows', () => {
  it('is as wide on the ground as the scale says', () => {
    const [west, south, east, north] = findExtent({ zoom: 12, lon: 110, lat: 60 }, 100_000, 960, 480);
    const metres = 960 * findPixelSize(100_000);
    expect(metres).toBeCloseTo(25_400, 0);
    // At 60° a degree of longitude is half as long as one of latitude.
    expect(((east - west) * 111_320) / 2).toBeCloseTo(metres, 0);
    expect((north - south) * 111_320).toBeCloseTo(metres / 2, 0);
    expect((east + west) / 2).toBeCloseTo(110, 9);
  });

  it('is no more than the area, where it shows of that', () => {
    expect(clipExtent([1, 1, 5, 5], [2, 0, 4, 9])).toEqual([2, 1, 4, 5]);
    expect(clipExtent([1, 1, 5, 5], [7, 7, 9, 9])).toEqual([1, 1, 5, 5]);
    expect(clipExtent([1, 1, 5, 5], null)).toEqual([1, 1, 5, 5]);
  });
});
