import { describe, expect, it } from 'vitest';
import { readLegend, readOpacity } from './legend';

const label = (zh: string) => ({ zh, en: zh });
const entry = (code: string) => ({ label: label(code), color: '#123456', shape: 'fill' as const, code });

describe('a legend', () => {
  it('is as faint as the class is drawn', () => {
    const layer = {
      id: 'fill',
      type: 'fill',
      paint: { 'fill-opacity': ['match', ['get', 'tier'], ['open', 'none'], 0.25, 0.8] },
      metadata: { legend: [entry('first'), entry('open')] },
    };
    expect(readLegend([layer]).map(({ opacity }) => opacity)).toEqual([0.8, 0.25]);
    expect(readOpacity({ id: 'a', type: 'line', paint: { 'line-opacity': 0.9 } }, null)).toBe(0.9);
    expect(readOpacity({ id: 'a', type: 'circle' }, null)).toBe(1);
  });

  it('has a class of points and lines once', () => {
    const layers = (['circle', 'line'] as const).map((type) => ({
      id: type,
      type,
      metadata: { legend: [{ ...entry('road'), shape: type }] },
    }));
    expect(readLegend(layers).map(({ code }) => code)).toEqual(['road']);
  });
});
