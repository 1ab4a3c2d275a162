import { describe, expect, it } from 'vitest';
import { measureArea, measureLength } from './measure';

describe('lengths and areas', () => {
  it('are those of the ellipsoid', () => {
    // A degree of the meridian from 30 to 31, and of the parallel of 30 degrees north.
    expect(
      measureLength([
        [108, 30],
        [108, 31],
      ]),
    ).toBeCloseTo(110_861, -1);
    expect(
      measureLength([
        [108, 30],
        [109, 30],
      ]),
    ).toBeCloseTo(96_486, -1);
    expect(measureLength([[108, 30]])).toBe(0);
  });

  it('are summed along a line, and enclose an area whichever way round', () => {
    const square: [number, number][] = [
      [108, 31],
      [108.01, 31],
      [108.01, 31.01],
      [108, 31.01],
    ];
    const [north, east] = [
      measureLength([
        [108, 31],
        [108, 31.01],
      ]),
      measureLength([
        [108, 31],
        [108.01, 31],
      ]),
    ];
    expect(measureLength(square.slice(0, 3))).toBeCloseTo(north + east, 0);
    expect(measureArea(square) / (north * east)).toBeCloseTo(1, 3);
    expect(measureArea([...square].reverse())).toBeCloseTo(measureArea(square), 3);
    expect(measureArea(square.slice(0, 2))).toBe(0);
  });
});
