import { describe, expect, it } from 'vitest';
import { texts } from '../text/language';
import { makeFields } from './fields';
import { describeBounds, makeValues, nameRuleSetting, readInputs } from './inputs';
import { makeProcess } from './processFixture';

const text = texts.zh;

describe('what was filled in', () => {
  const fields = makeFields(
    makeProcess({
      budget_min: { type: 'number', minimum: 1, maximum: 60, default: 5 },
      count: { type: 'integer', default: 3 },
      bands_min: { type: 'array', items: { type: 'number' }, default: [3, 5] },
      audit: { type: 'boolean', default: true },
      profile: { type: ['string', 'null'], default: null },
      plan: { type: 'object', default: {} },
    }),
  );

  it('answers the defaults as they were', () => {
    expect(readInputs(fields, makeValues(fields), text)).toEqual({
      ok: true,
      inputs: { budget_min: 5, count: 3, bands_min: [3, 5], audit: true, plan: {} },
    });
  });

  it('says what is wrong, field by field', () => {
    const values = { ...makeValues(fields), budget_min: '61', count: '1.5', bands_min: ['x'], plan: '{' };
    expect(readInputs(fields, values, text)).toEqual({
      ok: false,
      errors: { budget_min: '1 至 60', count: text.notWhole, bands_min: text.notANumber, plan: text.badJson },
    });
    expect(readInputs(fields, { ...makeValues(fields), budget_min: ' ' }, text)).toMatchObject({
      errors: { budget_min: text.needed },
    });
  });

  it('words bounds', () => {
    expect(describeBounds({ exclusiveMinimum: 0 }, text)).toBe('大于 0');
    expect(describeBounds({ minimum: 0, exclusiveMaximum: 1 }, text)).toBe('不小于 0, 小于 1');
    expect(describeBounds({}, text)).toBe('');
  });
});

describe('rules that were set by hand', () => {
  const label = { zh: '响应时间 ≤ 5 min', en: 'Response time ≤ 5 min' };
  const offered = [{ value: 'response.time_min=', label }];

  it('are called by their names', () => {
    expect(nameRuleSetting('response.time_min=8', offered, 'zh')).toBe('响应时间 8 分钟');
    expect(nameRuleSetting('response.time_min=8', offered, 'en')).toBe('Response time 8 min');
    expect(nameRuleSetting('unknown.key=1', offered, 'zh')).toBe('unknown.key=1');
  });
});
