import { describe, expect, it } from 'vitest';
import { fadeStyle, fadeValue } from './fade';

describe('a faint layer', () => {
  it('keeps the zoom outermost', () => {
    expect(fadeValue(0.8, 0.5)).toBe(0.4);
    expect(fadeValue(['interpolate', ['linear'], ['zoom'], 8, 1, 12, 0.5], 0.5)).toEqual([
      'interpolate',
      ['linear'],
      ['zoom'],
      8,
      0.5,
      12,
      0.25,
    ]);
    expect(fadeValue(['step', ['zoom'], 1, 10, 0.4], 0.5)).toEqual(['step', ['zoom'], 0.5, 10, 0.2]);
    expect(fadeValue(['match', ['get', 'tier'], 'a', 0.2, 0.5], 0.5)).toEqual([
      '*',
      0.5,
      ['match', ['get', 'tier'], 'a', 0.2, 0.5],
    ]);
  });

  it('is as it was at full opacity, and has every part faint otherwise', () => {
    const layers = [{ id: 'a', type: 'circle', paint: { 'circle-color': '#fff' } }];
    expect(fadeStyle(layers, 1)).toBe(layers);
    expect(fadeStyle(layers, 0.5)[0]?.paint).toEqual({
      'circle-color': '#fff',
      'circle-opacity': 0.5,
      'circle-stroke-opacity': 0.5,
    });
  });
});
