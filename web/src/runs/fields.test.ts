import { describe, expect, it } from 'vitest';
import type { Schema } from '../api/types';
import { texts } from '../text/language';
import { makeFields } from './fields';
import { readInputs } from './inputs';
import { makeProcess } from './processFixture';

const one = (schema: Schema, name = 'x') => makeFields(makeProcess({ [name]: schema }))[0]!;
const text = texts.zh;

describe('fields of a schema', () => {
  it('takes label, unit and bounds of a number', () => {
    const field = one(
      {
        type: 'number',
        minimum: 1,
        maximum: 60,
        default: 5,
        description: '响应时间预算 | Response time budget',
      },
      'budget_min',
    );
    expect(field).toMatchObject({
      kind: 'number',
      label: { zh: '响应时间预算', en: 'Response time budget' },
      hint: { zh: '', en: '' },
      unit: 'min',
      start: '5',
      bounds: { minimum: 1, maximum: 60 },
      optional: false,
    });
  });

  it('takes choices from enum and from oneOf const', () => {
    expect(one({ enum: ['a', 'b'], default: 'b' })).toMatchObject({ kind: 'choice', start: 'b' });
    const documented = one({
      oneOf: [
        { const: 'day', description: '昼间 | Day' },
        { const: 'night', description: '夜间 | Night' },
      ],
    });
    expect(documented).toMatchObject({
      kind: 'choice',
      choices: [{ value: 'day', label: { zh: '昼间', en: 'Day' } }, { value: 'night' }],
    });
  });

  it('follows references and sees what may be null', () => {
    const field = one({
      anyOf: [{ $ref: '#/$defs/Vehicle' }, { type: 'null' }],
      default: null,
      $defs: { Vehicle: { oneOf: [{ const: 'small', description: '小型消防车 | Small fire truck' }] } },
    });
    expect(field).toMatchObject({ kind: 'choice', optional: true, start: '' });
    expect(one({ type: ['integer', 'null'], default: null })).toMatchObject({
      kind: 'number',
      whole: true,
      optional: true,
    });
  });

  it('makes lists of numbers and of choices', () => {
    expect(one({ type: 'array', items: { type: 'number', minimum: 0 }, default: [3, 5] })).toMatchObject({
      kind: 'numbers',
      start: ['3', '5'],
    });
    expect(one({ type: 'array', items: { enum: ['a', 'b'] }, default: ['a'] })).toMatchObject({
      kind: 'choices',
      start: ['a'],
    });
  });

  it('makes lists of texts with offered beginnings, and a choice of nothing', () => {
    const schema: Schema = {
      type: 'array',
      items: {
        type: 'string',
        anyOf: [{ const: 'a.b_min=', title: '时间 ≤ 5 | Time' }, { pattern: '=' }],
      },
      default: ['a.b_min=6'],
    };
    expect(one(schema)).toMatchObject({
      kind: 'texts',
      offered: [{ value: 'a.b_min=', label: { zh: '时间 ≤ 5', en: 'Time' } }],
      start: ['a.b_min=6'],
    });
    const field = one(schema);
    expect(readInputs([field], { x: [' a.b_min=7 ', ''] }, text)).toEqual({
      ok: true,
      inputs: { x: ['a.b_min=7'] },
    });
    const none = one({ anyOf: [{ type: 'string', oneOf: [] }, { type: 'null' }], default: null });
    expect(none).toMatchObject({ kind: 'choice', choices: [], optional: true });
  });

  it('falls back to JSON', () => {
    expect(one({ type: 'object', default: { a: 1 } })).toMatchObject({ kind: 'json', start: '{"a":1}' });
  });
});
