import { describe, expect, it } from 'vitest';
import { formatHash, parseHash, START, type PageAddress } from './hash';

describe('the address', () => {
  it('comes back as it was written', () => {
    const address: PageAddress = {
      position: { zoom: 12.34, lat: 31.16083, lon: 108.39412 },
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
    const hash = formatHash(address);
    expect(hash).toBe(
      '#map=12.34/31.16083/108.39412&run=coverage-1a2b3c4d&sel=coverage-1a2b3c4d-villages/12' +
        '&hide=buildings,roads&tab=checks&table=layer:stations&lang=en&theme=dark',
    );
    expect(parseHash(hash)).toEqual(address);
  });

  it('is empty for the start', () => {
    expect(formatHash(START)).toBe('');
    expect(parseHash('')).toEqual(START);
  });

  it('ignores what makes no sense', () => {
    expect(parseHash('#map=99/0/0&sel=stations/x&theme=pink&lang=fr')).toEqual(START);
    expect(parseHash('#map=3/91/0&sel=/3')).toEqual(START);
  });

  it('keeps names that need quoting', () => {
    const address = { ...START, run: '覆盖 & 1' };
    expect(parseHash(formatHash(address))).toEqual(address);
  });
});
