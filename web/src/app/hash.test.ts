import { describe, expect, it } from 'vitest';
import { formatHash, parseHash, START, type PageAddress } from './hash';

describe('the address', () => {
  it('comes back as it was written', () => {
    const address: PageAddress = {
      position: { zoom: 12.34, lat: 31.16083, lon: 108.39412 },
      language: 'en',
      theme: 'dark',
      run: 'coverage-1a2b3c4d',
      question: { process: 'coverage', inputs: { set: ['response.time_min=8'] } },
      compared: 'coverage-5e6f7a8b',
      split: 'beside',
      scenario: '东站方案',
      marker: { at: [108.39412, 31.16083], note: '此处 3/4 已拆' },
      selection: { collection: 'coverage-1a2b3c4d-villages', id: 12 },
      shown: [],
      hidden: ['buildings', 'roads'],
      tab: 'checks',
      table: 'layer:stations',
      basemap: null,
    };
    const hash = formatHash(address);
    expect(hash).toBe(
      '#map=12.34/31.16083/108.39412&run=coverage-1a2b3c4d' +
        '&ask=coverage:%7B%22set%22:%5B%22response.time_min%3D8%22%5D%7D&vs=coverage-5e6f7a8b&split=1' +
        `&plan=${encodeURIComponent('东站方案')}` +
        `&mark=31.16083/108.39412/${encodeURIComponent('此处 3/4 已拆').replace('%2F', '/')}` +
        '&sel=coverage-1a2b3c4d-villages/12' +
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
    expect(parseHash('#map=3/91/0&sel=/3&ask=Coverage&mark=31/x/here')).toEqual(START);
    expect(parseHash('#ask=coverage:[1]&mark=31/108')).toEqual(START);
  });

  it('keeps names that need quoting', () => {
    const address = { ...START, run: '覆盖 & 1' };
    expect(parseHash(formatHash(address))).toEqual(address);
  });
});
