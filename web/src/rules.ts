/** The rules of a manifest as lines to read, whatever their nesting: anything with a clause is an entry. */

import { formatNumber, unitOf, unitText } from './format';
import { parseLabel, say, type Language } from './text';

export interface RuleLine {
  key: string;
  value: string;
  cite: string;
  /** Force and confidence. */
  marks: string;
  note: string;
}

const ABOUT = new Set([
  'key',
  'id',
  'value',
  'unit',
  'cite',
  'force',
  'confidence',
  'note',
  'provenance',
  'origin',
  'label',
]);

export function rulesOf(rules: unknown, language: Language): RuleLine[] {
  const lines: RuleLine[] = [];
  collect(rules, '', language, lines);
  return lines;
}

function collect(at: unknown, key: string, language: Language, lines: RuleLine[]): void {
  if (Array.isArray(at)) {
    at.forEach((one) => collect(one, key, language, lines));
    return;
  }
  if (!at || typeof at !== 'object') return;
  const entry = at as Record<string, unknown>;
  const about = (entry.provenance ?? entry) as Record<string, unknown>;
  if (typeof about.cite === 'string') {
    const name = String(entry.key ?? entry.id ?? key);
    const unit = typeof entry.unit === 'string' ? entry.unit : unitOf(name);
    const given =
      'value' in entry
        ? { value: entry.value }
        : Object.fromEntries(Object.entries(entry).filter(([field]) => !ABOUT.has(field)));
    lines.push({
      key: name,
      value: show(given, unit, language),
      cite: about.cite,
      marks: [about.force, about.confidence, entry.origin]
        .filter((one) => typeof one === 'string')
        .join(' · '),
      note: typeof about.note === 'string' ? say(parseLabel(about.note), language) : '',
    });
    return;
  }
  for (const [name, inner] of Object.entries(entry))
    collect(inner, key ? `${key}.${name}` : name, language, lines);
}

function show(given: Record<string, unknown>, unit: string, language: Language): string {
  const one = (value: unknown) =>
    typeof value === 'number' ? formatNumber(value, '', undefined) : String(value ?? '');
  if ('value' in given) return `${one(given.value)} ${unitText(unit, language)}`.trim();
  return Object.entries(given)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name} ${one(value)}`)
    .join(' · ');
}
