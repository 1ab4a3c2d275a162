/** Numbers, units and cells as people read them. */

import type { Column, Value } from '../api/types';
import { parseLabel, say, texts, type Language } from './text';

/** Longest suffix first; the same table as the server's names follow. */
const UNITS: [suffix: string, unit: string][] = [
  ['_l_s', 'L/s'],
  ['_m_hm2', 'm/hm²'],
  ['_km2', 'km²'],
  ['_hm2', 'hm²'],
  ['_m2', 'm²'],
  ['_m3', 'm³'],
  ['_km', 'km'],
  ['_kph', 'km/h'],
  ['_mm', 'mm'],
  ['_m', 'm'],
  ['_min', 'min'],
  ['_s', 's'],
  ['_t', 't'],
  ['_mpa', 'MPa'],
  ['_percent', '%'],
  ['_deg', '°'],
  ['_people', '人'],
];

/** The unit a name's suffix stands for: `travel_min` → min. */
export function unitOf(name: string): string {
  return UNITS.find(([suffix]) => name.endsWith(suffix))?.[1] ?? '';
}

const SPOKEN: Record<string, { zh: string; en: string }> = {
  min: { zh: '分钟', en: 'min' },
  s: { zh: '秒', en: 's' },
  t: { zh: '吨', en: 't' },
  人: { zh: '人', en: 'people' },
};

export function unitText(unit: string, language: Language): string {
  return SPOKEN[unit]?.[language] ?? unit;
}

/** Decimals that are worth reading, by unit. */
const DECIMALS: Record<string, number> = {
  '%': 1,
  min: 2,
  km: 2,
  'km²': 2,
  'hm²': 2,
  m: 1,
  'm²': 0,
  'm³': 0,
  人: 0,
  'km/h': 0,
  s: 0,
  mm: 0,
  '°': 1,
};

/** In these, every number of a column has the same decimals. */
const FIXED = new Set(['%', 'min', 'km', 'km²', 'hm²']);

const formats = new Map<string, Intl.NumberFormat>();

export function formatNumber(value: number, unit = '', decimals?: number): string {
  const most = decimals ?? DECIMALS[unit] ?? (Math.abs(value) >= 100 ? 1 : 3);
  const least = decimals ?? 0;
  const key = `${least}/${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: least, maximumFractionDigits: most });
    formats.set(key, format);
  }
  // Rounded as the server rounds, from the exact value; no minus before a rounded nought.
  return format.format(Number(value.toFixed(most))).replace(/^-(0(?:\.0*)?)$/, '$1');
}

/** As in a column: units that have decimals always show them. */
export function formatMeasure(value: number, unit: string): string {
  return formatNumber(value, unit, FIXED.has(unit) ? DECIMALS[unit] : undefined);
}

/** A key figure: one decimal for shares and minutes, whole numbers when large. */
export function formatFigure(value: number, unit: string): string {
  if (Number.isInteger(value) && unit !== '%') return formatNumber(value, unit, 0);
  if (Math.abs(value) >= 1000) return formatNumber(value, unit, 0);
  return formatNumber(value, unit, unit === '%' || Math.abs(value) >= 10 ? 1 : 2);
}

/** `37.2 km²`, `86.4%`, `5 分钟`. */
export function withUnit(number: string, unit: string, language: Language): string {
  if (!unit) return number;
  return /^[%°]/.test(unit) ? number + unit : `${number} ${unitText(unit, language)}`;
}

/** One cell without its unit; empty where the fact is missing. */
export function formatCell(value: Value | undefined, column: Column, language: Language): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? texts[language].yes : texts[language].no;
  if (typeof value === 'number') {
    return column.kind === 'int' && !column.unit && /(^|_)(year|id|code)$/.test(column.name)
      ? String(value)
      : formatMeasure(value, column.unit);
  }
  if (column.kind === 'label') return say(parseLabel(value), language);
  const code = column.codes?.find((code) => code.code === value);
  return code ? say(code.label, language) : value;
}

/** The sentence of a check without its subject, which is said beside it. */
export function withoutSubject(text: string, subject: string): string {
  return text.startsWith(subject) ? text.slice(subject.length).replace(/^[：:\s]+/, '') : text;
}

export function formatCount(value: number): string {
  return formatNumber(value, '', 0);
}

/** East and north to five decimals, a metre. */
export function formatLonLat([lon, lat]: [number, number]): string {
  const east = `${Math.abs(lon).toFixed(5)}°${lon < 0 ? 'W' : 'E'}`;
  const north = `${Math.abs(lat).toFixed(5)}°${lat < 0 ? 'S' : 'N'}`;
  return `${east}  ${north}`;
}

/** `1:25,000`, two leading digits. */
export function formatScale(denominator: number): string {
  if (!Number.isFinite(denominator) || denominator <= 0) return '';
  const step = 10 ** Math.max(0, Math.floor(Math.log10(denominator)) - 1);
  return `1:${formatNumber(Math.round(denominator / step) * step, '', 0)}`;
}
