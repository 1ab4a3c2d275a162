import { describe, expect, it } from 'vitest';
import { formatBytes, formatTime } from './units';

describe('sizes and times', () => {
  it('are short', () => {
    expect([0, 999, 1536, 5 << 20, 8 * 1024 ** 3].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.5 KB',
      '5.0 MB',
      '8.0 GB',
    ]);
    const now = new Date(2026, 10, 30, 12);
    expect(formatTime(new Date(2026, 10, 30, 7, 5).toISOString(), 'zh', now)).toBe('07:05');
    expect(formatTime(new Date(2026, 0, 2).toISOString(), 'zh', now)).toBe('2026/1/2');
  });
});
