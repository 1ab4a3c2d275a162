import { describe, expect, it } from 'vitest';
import { zhPackage } from '../text/zhPackage';
import { checkFacts, listMissing, makeOrder, readFacts } from './form';

const known = {
  name: '甲县消防专项规划',
  body: '',
  author: '',
  base_year: 2026,
  near_until: null,
  far_until: 2035,
  stage: '',
  date: '2026-11-28',
  map_number: '',
};

describe('the form of a package', () => {
  it('asks for what nobody has told', () => {
    expect(listMissing(known)).toEqual(['body', 'author', 'near_until', 'map_number']);
  });

  it('refuses years and days that are none', () => {
    const facts = { ...readFacts(known), base_year: '26', date: '2026-02-30' };
    expect(checkFacts(facts, zhPackage)).toEqual({
      base_year: zhPackage.yearWrong,
      date: zhPackage.dateWrong,
    });
    expect(checkFacts(readFacts(known), zhPackage)).toEqual({});
  });

  it('orders with what is filled in', () => {
    const facts = { ...readFacts(known), near_until: '2030', body: ' 甲县人民政府 ' };
    const order = makeOrder(
      { edition: 'public', isFinal: true, parts: ['text'], facts },
      { profile: 'national' },
    );
    expect(order).toEqual({
      edition: 'public',
      final: true,
      parts: ['text'],
      facts: {
        name: '甲县消防专项规划',
        body: '甲县人民政府',
        date: '2026-11-28',
        base_year: 2026,
        near_until: 2030,
        far_until: 2035,
      },
      inputs: { profile: 'national' },
    });
  });
});
