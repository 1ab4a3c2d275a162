/** From the JSON schema of a process' inputs to form fields, and from what was filled in back to inputs. */

import type { Label, Process, ProcessInput, Schema } from '../api/types';
import { findUnit, addUnit } from '../text/format';
import { joinList, parseLabel, translateLabel, type Language, type Text } from '../text/language';

interface Common {
  name: string;
  label: Label;
  hint: Label;
  unit: string;
  /** May be left empty. */
  optional: boolean;
}

export interface Bounds {
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

export interface Choice {
  value: string | number;
  label: Label;
}

export type Field = Common &
  (
    | { kind: 'number'; whole: boolean; bounds: Bounds; start: string }
    | { kind: 'numbers'; whole: boolean; bounds: Bounds; start: string[]; atLeast: number; atMost: number }
    | { kind: 'choice'; choices: Choice[]; start: string }
    | { kind: 'choices'; choices: Choice[]; start: string[] }
    /** Free texts, with beginnings that are offered. */
    | { kind: 'texts'; offered: Choice[]; start: string[] }
    | { kind: 'switch'; start: boolean }
    | { kind: 'text'; start: string }
    /** Whatever has no better form: written as JSON. */
    | { kind: 'json'; start: string }
  );

/** What is filled in, by field name. */
export type Filled = Record<string, string | boolean | string[]>;

export type Answer =
  { ok: true; inputs: Record<string, unknown> } | { ok: false; errors: Record<string, string> };

export function fieldsOf(process: Process): Field[] {
  return Object.entries(process.inputs).map(([name, input]) => fieldOf(name, input));
}

function fieldOf(name: string, input: ProcessInput): Field {
  const root = input.schema;
  const { schema, optional } = plain(root, root);
  const about = (...texts: (string | undefined)[]) =>
    texts.map((text) => text?.trim()).filter(Boolean) as string[];
  const [title = name, ...rest] = about(
    input.title ?? root.title ?? schema.title,
    input.description ?? root.description,
  );
  const description = rest[0] ?? '';
  // A bilingual description is a better name than a bare identifier.
  const bare = !title.includes('|') && description.includes('|');
  const common: Common = {
    name,
    label: parseLabel(bare ? description : title),
    hint: bare || description === title ? { zh: '', en: '' } : parseLabel(description),
    unit: findUnit(name),
    optional: optional || (root.default === null && 'default' in root),
  };
  const start = root.default ?? schema.default;
  const choices = choicesOf(schema, root);
  if (choices) {
    return {
      ...common,
      kind: 'choice',
      choices,
      start: start === undefined || start === null ? '' : String(start),
    };
  }
  switch (typeOf(schema)) {
    case 'boolean':
      return { ...common, kind: 'switch', start: start === true };
    case 'integer':
    case 'number':
      return {
        ...common,
        kind: 'number',
        whole: typeOf(schema) === 'integer',
        bounds: boundsOf(schema),
        start: typeof start === 'number' ? String(start) : '',
      };
    case 'string':
      return { ...common, kind: 'text', start: typeof start === 'string' ? start : '' };
    case 'array': {
      const items = schema.items ? plain(schema.items, root).schema : {};
      const many = Array.isArray(start) ? start.map(String) : [];
      const itemChoices = choicesOf(items, root);
      if (itemChoices) return { ...common, kind: 'choices', choices: itemChoices, start: many };
      if (['integer', 'number'].includes(typeOf(items))) {
        return {
          ...common,
          kind: 'numbers',
          whole: typeOf(items) === 'integer',
          bounds: boundsOf(items),
          start: many,
          atLeast: schema.minItems ?? 0,
          atMost: schema.maxItems ?? 99,
        };
      }
      if (typeOf(items) === 'string')
        return { ...common, kind: 'texts', offered: offeredBy(items), start: many };
    }
  }
  return { ...common, kind: 'json', start: start === undefined ? '' : JSON.stringify(start) };
}

/** The fixed values among alternatives of which one is free text. */
function offeredBy(schema: Schema): Choice[] {
  return (schema.anyOf ?? []).flatMap((one) =>
    one.const === undefined
      ? []
      : [{ value: String(one.const), label: parseLabel(one.title ?? String(one.const)) }],
  );
}

/** Follows references and takes off `or null`. */
function plain(schema: Schema, root: Schema): { schema: Schema; optional: boolean } {
  let optional = false;
  let at = schema;
  for (let depth = 0; depth < 8; depth++) {
    if (at.$ref) {
      const name = at.$ref.split('/').pop() ?? '';
      const { $ref: _, ...own } = at;
      at = { ...(root.$defs?.[name] ?? {}), ...own };
      continue;
    }
    if (at.allOf?.length === 1) {
      const { allOf: [inner] = [], ...own } = at;
      at = { ...inner, ...own };
      continue;
    }
    const either = at.anyOf ?? at.oneOf;
    const some = either?.filter((one) => one.type !== 'null');
    if (either && some && some.length < either.length && some.length === 1) {
      optional = true;
      const { anyOf: _a, oneOf: _o, ...own } = at;
      at = { ...some[0], ...own };
      continue;
    }
    break;
  }
  if (Array.isArray(at.type) && at.type.includes('null')) optional = true;
  return { schema: at, optional };
}

function typeOf(schema: Schema): string {
  return (Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type) ?? '';
}

function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): Bounds {
  return { minimum, maximum, exclusiveMinimum, exclusiveMaximum };
}

function choicesOf(schema: Schema, root: Schema): Choice[] | null {
  const choice = (value: unknown, text?: string): Choice => ({
    value: value as string | number,
    label: parseLabel(text ?? String(value)),
  });
  if (schema.enum) return schema.enum.filter((value) => value !== null).map((value) => choice(value));
  const either = schema.oneOf ?? schema.anyOf;
  // Nothing to choose from is still a choice: of none.
  if (schema.oneOf && !schema.oneOf.length) return [];
  if (!either?.length) return null;
  const choices = either
    .map((one) => plain(one, root).schema)
    .flatMap((one) => {
      if (one.type === 'null') return [];
      if (one.const !== undefined) return [choice(one.const, one.title ?? one.description)];
      if (one.enum)
        return one.enum.map((value) => choice(value, one.enum?.length === 1 ? one.description : undefined));
      return [null];
    });
  return choices.every((one) => one !== null) ? choices : null;
}

export function startOf(fields: Field[]): Filled {
  return Object.fromEntries(
    fields.map((field) => [field.name, Array.isArray(field.start) ? [...field.start] : field.start]),
  );
}

/** Checks what was filled in and turns it into the inputs of an execution. */
export function answer(fields: Field[], filled: Filled, text: Text): Answer {
  const inputs: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const value = filled[field.name] ?? '';
    try {
      const input = inputOf(field, value, text);
      if (input !== undefined) inputs[field.name] = input;
    } catch (error) {
      errors[field.name] = (error as Error).message;
    }
  }
  return Object.keys(errors).length ? { ok: false, errors } : { ok: true, inputs };
}

function inputOf(field: Field, value: string | boolean | string[], text: Text): unknown {
  switch (field.kind) {
    case 'switch':
      return value === true;
    case 'choices':
      return field.choices
        .filter((choice) => (value as string[]).includes(String(choice.value)))
        .map((c) => c.value);
    case 'texts':
      return (value as string[]).map((one) => one.trim()).filter(Boolean);
    case 'numbers': {
      const given = (value as string[]).map((one) => one.trim()).filter(Boolean);
      if (given.length < field.atLeast) throw new Error(text.needed);
      return given.map((one) => number(one, field.whole, field.bounds, text));
    }
  }
  const given = String(value).trim();
  if (given === '') {
    if (field.optional || field.kind === 'text') return undefined;
    throw new Error(text.needed);
  }
  switch (field.kind) {
    case 'number':
      return number(given, field.whole, field.bounds, text);
    case 'choice':
      return field.choices.find((choice) => String(choice.value) === given)?.value;
    case 'text':
      return given;
    case 'json':
      try {
        return JSON.parse(given) as unknown;
      } catch {
        throw new Error(text.badJson);
      }
  }
}

function number(given: string, whole: boolean, bounds: Bounds, text: Text): number {
  const value = Number(given);
  if (!Number.isFinite(value)) throw new Error(text.notANumber);
  if (whole && !Number.isInteger(value)) throw new Error(text.notWhole);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = bounds;
  const out =
    (minimum !== undefined && value < minimum) ||
    (maximum !== undefined && value > maximum) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum) ||
    (exclusiveMaximum !== undefined && value >= exclusiveMaximum);
  if (out) throw new Error(boundsText(bounds, text));
  return value;
}

/** `1 至 60`; empty where there are none. */
export function boundsText(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds,
  text: Text,
): string {
  if (minimum !== undefined && maximum !== undefined) return text.between(String(minimum), String(maximum));
  const parts = [
    minimum !== undefined ? text.minimum(String(minimum)) : '',
    exclusiveMinimum !== undefined ? text.above(String(exclusiveMinimum)) : '',
    maximum !== undefined ? text.maximum(String(maximum)) : '',
    exclusiveMaximum !== undefined ? text.below(String(exclusiveMaximum)) : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** A parameter of a finished run as people read it: its choice's label, yes or no, numbers. */
export function parameterText(
  field: Field | undefined,
  value: unknown,
  text: Text,
  language: Language,
): string {
  if (value === null || value === undefined || value === '') return text.none;
  if (typeof value === 'boolean') return value ? text.yes : text.no;
  const one = (part: unknown) => {
    const choices = field && (field.kind === 'choice' || field.kind === 'choices') ? field.choices : [];
    const choice = choices.find((choice) => choice.value === part);
    return choice
      ? translateLabel(choice.label, language)
      : typeof part === 'object'
        ? JSON.stringify(part)
        : String(part);
  };
  const values = Array.isArray(value) ? joinList(value.map(one), language) : one(value);
  return field?.unit ? addUnit(values, field.unit, language) : values;
}
