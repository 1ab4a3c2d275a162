import { describe, expect, it } from 'vitest';
import { readPlace, START, writePlace, type Place } from './url';

describe('the address', () => {
  it('comes back as it was written', () => {
    const place: Place = {
      view: { zoom: 12.34, lat: 31.16083, lon: 108.39412 },
      language: 'en',
      theme: 'dark',
      run: 'coverage-1a2b3c4d',
      selection: { collection: 'coverage-1a2b3c4d-villages', id: 12 },
      shown: [],
      hidden: ['buildings', 'roads'],
      tab: 'checks',
      table: 'layer:stations',
      basemap: null,
    };
    const hash = writePlace(place);
    expect(hash).toBe(
      '#map=12.34/31.16083/108.39412&run=coverage-1a2b3c4d&sel=coverage-1a2b3c4d-villages/12' +
        '&hide=buildings,roads&tab=checks&table=layer:stations&lang=en&theme=dark',
    );
    expect(readPlace(hash)).toEqual(place);
  });

  it('is empty for the start', () => {
    expect(writePlace(START)).toBe('');
    expect(readPlace('')).toEqual(START);
  });

  it('ignores what makes no sense', () => {
    expect(readPlace('#map=99/0/0&sel=stations/x&theme=pink&lang=fr')).toEqual(START);
    expect(readPlace('#map=3/91/0&sel=/3')).toEqual(START);
  });

  it('keeps names that need quoting', () => {
    const place = { ...START, run: '覆盖 & 1' };
    expect(readPlace(writePlace(place))).toEqual(place);
  });
});
