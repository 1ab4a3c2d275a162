/** Makes the fields of a form from the JSON Schema of the inputs of a process. */

import type { Label, Process, ProcessInput, Schema } from '../api/types';
import { findUnit } from '../text/format';
import { parseLabel } from '../text/language';
import { findType, resolveSchema } from './schema';

interface FieldBasis {
  name: string;
  label: Label;
  hint: Label;
  unit: string;
  /** It may be left empty. */
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

export type Field = FieldBasis &
  (
    | { kind: 'number'; whole: boolean; bounds: Bounds; start: string }
    | { kind: 'numbers'; whole: boolean; bounds: Bounds; start: string[]; atLeast: number; atMost: number }
    | { kind: 'choice'; choices: Choice[]; start: string }
    | { kind: 'choices'; choices: Choice[]; start: string[] }
    /** Free texts; the offered ones are beginnings that the user completes. */
    | { kind: 'texts'; offered: Choice[]; start: string[] }
    | { kind: 'switch'; start: boolean }
    | { kind: 'text' | 'date'; start: string }
    /** A schema that has no better form is filled in as JSON. */
    | { kind: 'json'; start: string }
  );

export function makeFields(process: Process): Field[] {
  return Object.entries(process.inputs).map(([name, input]) => makeField(name, input));
}

function makeField(name: string, input: ProcessInput): Field {
  const root = input.schema;
  const { schema, optional } = resolveSchema(root, root);
  const about = (...texts: (string | undefined)[]) =>
    texts.map((text) => text?.trim()).filter(Boolean) as string[];
  const [title = name, ...rest] = about(
    input.title ?? root.title ?? schema.title,
    input.description ?? root.description,
  );
  const description = rest[0] ?? '';
  // A bilingual description is a better name than a bare identifier.
  const bare = !title.includes('|') && description.includes('|');
  const basis: FieldBasis = {
    name,
    label: parseLabel(bare ? description : title),
    hint: bare || description === title ? { zh: '', en: '' } : parseLabel(description),
    unit: findUnit(name),
    optional: optional || (root.default === null && 'default' in root),
  };
  const start = root.default ?? schema.default;
  const choices = listChoices(schema, root);
  if (choices) {
    return {
      ...basis,
      kind: 'choice',
      choices,
      start: start === undefined || start === null ? '' : String(start),
    };
  }
  switch (findType(schema)) {
    case 'boolean':
      return { ...basis, kind: 'switch', start: start === true };
    case 'integer':
    case 'number':
      return {
        ...basis,
        kind: 'number',
        whole: findType(schema) === 'integer',
        bounds: readBounds(schema),
        start: typeof start === 'number' ? String(start) : '',
      };
    case 'string':
      return {
        ...basis,
        kind: schema.format === 'date' || root.format === 'date' ? 'date' : 'text',
        start: typeof start === 'string' ? start : '',
      };
    case 'array': {
      const field = makeListField(basis, schema, root, start);
      if (field) return field;
    }
  }
  return { ...basis, kind: 'json', start: start === undefined ? '' : JSON.stringify(start) };
}

/** Returns `null` for lists of anything but numbers, choices and texts. */
function makeListField(basis: FieldBasis, schema: Schema, root: Schema, given: unknown): Field | null {
  const items = schema.items ? resolveSchema(schema.items, root).schema : {};
  const start = Array.isArray(given) ? given.map(String) : [];
  const choices = listChoices(items, root);
  if (choices) return { ...basis, kind: 'choices', choices, start };
  const type = findType(items);
  if (type === 'string') return { ...basis, kind: 'texts', offered: listOffered(items), start };
  if (type !== 'integer' && type !== 'number') return null;
  return {
    ...basis,
    kind: 'numbers',
    whole: type === 'integer',
    bounds: readBounds(items),
    start,
    atLeast: schema.minItems ?? 0,
    atMost: schema.maxItems ?? 99,
  };
}

/** Lists the fixed values of a schema that allows free text beside them. */
function listOffered(schema: Schema): Choice[] {
  return (schema.anyOf ?? []).flatMap((one) =>
    one.const === undefined
      ? []
      : [{ value: String(one.const), label: parseLabel(one.title ?? String(one.const)) }],
  );
}

function readBounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): Bounds {
  return { minimum, maximum, exclusiveMinimum, exclusiveMaximum };
}

function listChoices(schema: Schema, root: Schema): Choice[] | null {
  const choice = (value: unknown, text?: string): Choice => ({
    value: value as string | number,
    label: parseLabel(text ?? String(value)),
  });
  if (schema.enum) return schema.enum.filter((value) => value !== null).map((value) => choice(value));
  const either = schema.oneOf ?? schema.anyOf;
  // A choice among nothing is still a choice: the area has no scenario yet, for example.
  if (schema.oneOf && !schema.oneOf.length) return [];
  if (!either?.length) return null;
  const choices = either
    .map((one) => resolveSchema(one, root).schema)
    .flatMap((one) => {
      if (one.type === 'null') return [];
      if (one.const !== undefined) return [choice(one.const, one.title ?? one.description)];
      if (one.enum)
        return one.enum.map((value) => choice(value, one.enum?.length === 1 ? one.description : undefined));
      return [null];
    });
  return choices.every((one) => one !== null) ? choices : null;
}
