/** Turns what was filled into a form into the inputs of a run, and writes inputs as people read them. */

import { addUnit, findUnit, formatNumber } from '../text/format';
import { joinList, translateLabel, type Language, type Text } from '../text/language';
import type { Bounds, Choice, Field } from './fields';

export type FormValue = string | boolean | string[];

/** What is filled in, by the name of the field. */
export type FormValues = Record<string, FormValue>;

export type FormResult =
  { ok: true; inputs: Record<string, unknown> } | { ok: false; errors: Record<string, string> };

/** The form starts from the defaults of the analysis. */
export function makeValues(fields: Field[]): FormValues {
  return Object.fromEntries(
    fields.map((field) => [field.name, Array.isArray(field.start) ? [...field.start] : field.start]),
  );
}

/** Checks what was filled in, and turns it into the inputs of a run. */
export function readInputs(fields: Field[], values: FormValues, text: Text): FormResult {
  const inputs: Record<string, unknown> = {};
  const errors: Record<string, string> = {};
  for (const field of fields) {
    const value = values[field.name] ?? '';
    try {
      const input = readInput(field, value, text);
      if (input !== undefined) inputs[field.name] = input;
    } catch (error) {
      errors[field.name] = (error as Error).message;
    }
  }
  return Object.keys(errors).length ? { ok: false, errors } : { ok: true, inputs };
}

function readInput(field: Field, value: FormValue, text: Text): unknown {
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
      return given.map((one) => readNumber(one, field.whole, field.bounds, text));
    }
  }
  const given = String(value).trim();
  if (given === '') {
    if (field.optional || field.kind === 'text' || field.kind === 'date') return undefined;
    throw new Error(text.needed);
  }
  switch (field.kind) {
    case 'number':
      return readNumber(given, field.whole, field.bounds, text);
    case 'choice':
      return field.choices.find((choice) => String(choice.value) === given)?.value;
    case 'text':
    case 'date':
      return given;
    case 'json':
      try {
        return JSON.parse(given) as unknown;
      } catch {
        throw new Error(text.badJson);
      }
  }
}

function readNumber(given: string, whole: boolean, bounds: Bounds, text: Text): number {
  const value = Number(given);
  if (!Number.isFinite(value)) throw new Error(text.notANumber);
  if (whole && !Number.isInteger(value)) throw new Error(text.notWhole);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = bounds;
  const out =
    (minimum !== undefined && value < minimum) ||
    (maximum !== undefined && value > maximum) ||
    (exclusiveMinimum !== undefined && value <= exclusiveMinimum) ||
    (exclusiveMaximum !== undefined && value >= exclusiveMaximum);
  if (out) throw new Error(describeBounds(bounds, text));
  return value;
}

/** Writes `1 至 60`; the text is empty where there are no bounds. */
export function describeBounds(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds,
  text: Text,
): string {
  const write = (value: number) => formatNumber(value);
  if (minimum !== undefined && maximum !== undefined) return text.between(write(minimum), write(maximum));
  const parts = [
    minimum !== undefined ? text.minimum(write(minimum)) : '',
    exclusiveMinimum !== undefined ? text.above(write(exclusiveMinimum)) : '',
    maximum !== undefined ? text.maximum(write(maximum)) : '',
    exclusiveMaximum !== undefined ? text.below(write(exclusiveMaximum)) : '',
  ];
  return parts.filter(Boolean).join(', ');
}

/** Writes a rule that was set by hand, `response.time_min=8`, by the name under which it is offered. */
export function nameRuleSetting(setting: string, offered: Choice[], language: Language): string {
  const [key = '', value = ''] = setting.split(/=(.*)/s);
  const choice = offered.find((one) => one.value === `${key}=`);
  if (!choice) return setting;
  // What is offered names the rule with the figure that holds now.
  const name = translateLabel(choice.label, language).replace(/\s+([≤≥<>]\s*)?[\d.,]+(\s+\S+)?$/u, '');
  return `${name} ${addUnit(value, findUnit(key), language)}`;
}

/** Writes a parameter of a finished run as people read it: the label of a choice, yes or no, numbers with their unit. */
export function formatParameter(
  field: Field | undefined,
  value: unknown,
  text: Text,
  language: Language,
): string {
  if (value === null || value === undefined || value === '') return text.none;
  if (typeof value === 'boolean') return value ? text.yes : text.no;
  const one = (part: unknown) => {
    if (field?.kind === 'texts') return nameRuleSetting(String(part), field.offered, language);
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
