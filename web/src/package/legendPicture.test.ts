import { describe, expect, it } from 'vitest';
import type { LegendEntry } from '../api/types';
import { arrangeLegend, isFaint } from './legendPicture';

const entry: LegendEntry = { label: { zh: '甲', en: 'A' }, color: '#112233', shape: 'line' };
const group = (title: string, count: number) => ({
  title,
  entries: Array.from({ length: count }, (_, at) => ({ label: `${title}${at}`, entry })),
});

describe('the legend of a picture', () => {
  it('goes on in another column where one is full, and leaves no heading alone', () => {
    const columns = arrangeLegend([group('道路', 4), group('水源', 4)], 19 * 6 + 9);
    expect(columns.map((lines) => lines.map(({ text }) => text))).toEqual([
      ['道路', '道路0', '道路1', '道路2', '道路3'],
      ['水源', '水源0', '水源1', '水源2', '水源3'],
    ]);
    expect(arrangeLegend([], 100)).toEqual([]);
  });

  it('edges lines that would not be seen', () => {
    expect([isFaint('#ffffff', '#fbfbf9'), isFaint('#f0d9a0', '#fbfbf9')]).toEqual([true, false]);
  });
});
