import { describe, expect, it } from 'vitest';
import { isInside, measureDistance, type Shape } from './distance';

const ring: Shape = {
  kind: 'polygon',
  coordinates: [0, 0, 10, 0, 10, 10, 0, 10, 0, 0, 4, 4, 4, 6, 6, 6, 6, 4, 4, 4],
  ends: [10, 20],
};

describe('the distance to a feature', () => {
  it('is that to its nearest point, line or edge', () => {
    expect(measureDistance({ kind: 'point', coordinates: [0, 0, 6, 8], ends: [] }, [6, 7])).toBe(1);
    // The two lines do not belong together: between them there is nothing.
    const lines: Shape = { kind: 'line', coordinates: [0, 0, 2, 0, 8, 0, 10, 0], ends: [4, 8] };
    expect(measureDistance(lines, [5, 0])).toBe(3);
    expect(measureDistance(ring, [5, 2])).toBe(2);
  });

  it('knows the inside of an area, and its holes', () => {
    expect(isInside(ring, [2, 2])).toBe(true);
    expect(isInside(ring, [5, 5])).toBe(false);
    expect(isInside(ring, [11, 5])).toBe(false);
  });
});
