import { describe, expect, it } from 'vitest';
import { roundLength } from './mapPicture';

describe('the scale bar of a picture', () => {
  it('is a round length that fits', () => {
    expect([9, 19, 49, 99, 100, 3_999, 5_000].map(roundLength)).toEqual([5, 10, 20, 50, 100, 2_000, 5_000]);
  });
});
