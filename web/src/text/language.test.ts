import { describe, expect, it } from 'vitest';
import { parseLabel, texts } from './language';

describe('the words of the page', () => {
  it('are all there in both languages', () => {
    expect(Object.keys(texts.en)).toEqual(Object.keys(texts.zh));
    for (const words of Object.values(texts)) {
      for (const [key, word] of Object.entries(words)) {
        const said = typeof word === 'function' ? (word as (...args: string[]) => string)('1', '2') : word;
        expect(said, key).not.toBe('');
      }
    }
  });

  it('are in the language they claim', () => {
    const ownName = new Set(['language', 'coordinates', 'digest']);
    for (const [key, word] of Object.entries(texts.en)) {
      if (typeof word === 'string' && !ownName.has(key)) expect(word, key).not.toMatch(/[\u4e00-\u9fff]/);
    }
    for (const [key, word] of Object.entries(texts.zh)) {
      if (typeof word === 'string' && !ownName.has(key)) expect(word, key).toMatch(/[\u4e00-\u9fff]/);
    }
  });

  it('are read from one text', () => {
    expect(parseLabel('消防站 | Fire station')).toEqual({ zh: '消防站', en: 'Fire station' });
    expect(parseLabel('roads')).toEqual({ zh: 'roads', en: 'roads' });
    expect(parseLabel(null)).toEqual({ zh: '', en: '' });
  });
});
