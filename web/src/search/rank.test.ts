import { describe, expect, it } from 'vitest';
import { parsePlace, rankNames } from './rank';

const place = (name: string) => ({ collection: 'villages', id: 1, name });

describe('a search', () => {
  it('puts whole names first, then beginnings, then the rest', () => {
    const names = ['South Oak Hill', 'Oakham', 'Oak', 'Elm'].map(place);
    expect(rankNames(names, 'oak').map(({ name }) => name)).toEqual(['Oak', 'Oakham', 'South Oak Hill']);
    expect(rankNames(names, 'ash')).toEqual([]);
  });

  it('reads coordinates in either order', () => {
    expect(parsePlace('31.16083, 108.39412')).toEqual([108.39412, 31.16083]);
    expect(parsePlace('108.39412 31.16083')).toEqual([108.39412, 31.16083]);
    expect(parsePlace('31.16')).toBeNull();
    expect(parsePlace('Oak 31 108')).toBeNull();
  });
});
