/** Writes numbers, units and cells as people read them. */

import type { Column, Value } from '../api/types';
import { parseLabel, translateLabel, texts, type Language } from './language';

/** The server names columns by this table. A suffix that ends like a shorter one comes before it. */
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

/** The unit of a bound such as `≥ 100 %`: what was measured is in the same; empty where the bound is in words. */
export function findBoundUnit(bound: string): string {
  return /^[≤≥<>] [\d.]+ (.+)$/u.exec(bound)?.[1] ?? '';
}

/** Finds the unit that the suffix of a name stands for: `travel_min` is in min. */
export function findUnit(name: string): string {
  return UNITS.find(([suffix]) => name.endsWith(suffix))?.[1] ?? '';
}

/** Units that are written out in words. */
const UNIT_WORDS: Record<string, { zh: string; en: string }> = {
  min: { zh: '分钟', en: 'min' },
  s: { zh: '秒', en: 's' },
  t: { zh: '吨', en: 't' },
  人: { zh: '人', en: 'people' },
  处: { zh: '处', en: 'places' },
  具: { zh: '具', en: 'hydrants' },
  座: { zh: '座', en: 'stations' },
  栋: { zh: '栋', en: 'buildings' },
  项: { zh: '项', en: 'projects' },
  个: { zh: '个', en: '' },
  万元: { zh: '万元', en: '× 10,000 yuan' },
};

export function translateUnit(unit: string, language: Language): string {
  return UNIT_WORDS[unit]?.[language] ?? unit;
}

/** More decimals than these say nothing to the reader. */
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

/** Numbers in these units are compared down a column, so all of them show the same decimals. */
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

/** Writes a number as it stands in a column of its unit. */
export function formatMeasure(value: number, unit: string): string {
  return formatNumber(value, unit, FIXED.has(unit) ? DECIMALS[unit] : undefined);
}

/** Writes every decimal: what is to be checked is not rounded. */
export function formatExactly(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 9 });
}

/** Writes a key figure: shares have one decimal, large values none. */
export function formatFigure(value: number, unit: string): string {
  if (Number.isInteger(value) && unit !== '%') return formatNumber(value, unit, 0);
  if (Math.abs(value) >= 1000) return formatNumber(value, unit, 0);
  return formatNumber(value, unit, unit === '%' || Math.abs(value) >= 10 ? 1 : 2);
}

/** Writes `37.2 km²`, `86.4%` or `5 分钟`. */
export function addUnit(number: string, unit: string, language: Language): string {
  if (!unit) return number;
  return /^[%°]/.test(unit) ? number + unit : `${number} ${translateUnit(unit, language)}`.trim();
}

/** Writes one cell without its unit; the text is empty where the fact is missing. */
export function formatCell(value: Value | undefined, column: Column, language: Language): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? texts[language].yes : texts[language].no;
  if (typeof value === 'number') {
    return column.kind === 'int' && !column.unit && /(^|_)(year|id|code)$/.test(column.name)
      ? String(value)
      : formatMeasure(value, column.unit);
  }
  if (column.kind === 'label') return translateLabel(parseLabel(value), language);
  const code = column.codes?.find((code) => code.code === value);
  return code ? translateLabel(code.label, language) : value;
}

/** Takes the subject off the sentence of a check, for the page shows it beside the sentence. */
export function removeSubject(text: string, subject: string): string {
  return text.startsWith(subject) ? text.slice(subject.length).replace(/^[：:\s]+/, '') : text;
}

export function formatCount(value: number): string {
  return formatNumber(value, '', 0);
}

/** Five decimals of a degree are about a metre. */
export function formatLonLat([lon, lat]: [number, number]): string {
  const east = `${Math.abs(lon).toFixed(5)}°${lon < 0 ? 'W' : 'E'}`;
  const north = `${Math.abs(lat).toFixed(5)}°${lat < 0 ? 'S' : 'N'}`;
  return `${east}  ${north}`;
}

/** Writes `1:25,000`; the scale of a screen is not known better than to two digits. */
export function formatScale(denominator: number): string {
  if (!Number.isFinite(denominator) || denominator <= 0) return '';
  const step = 10 ** Math.max(0, Math.floor(Math.log10(denominator)) - 1);
  return `1:${formatNumber(Math.round(denominator / step) * step, '', 0)}`;
}

/** Writes a moment of the day as clocks here show it: `11-30 14:05`. */
export function formatTime(moment: string): string {
  const time = new Date(moment);
  if (Number.isNaN(time.getTime())) return moment;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** Names a plane as Chinese plans do: `CGCS2000 3度带，中央经线102°E（EPSG:4543）`; other names stay as they are. */
export function translatePlane(name: string, language: Language): string {
  if (language !== 'zh') return name;
  const [, code = ''] = /\((EPSG:\d+)\)$/u.exec(name) ?? [];
  const suffix = code && `（${code}）`;
  const [, datum, meridian] = /^(.+) \/ 3-degree Gauss-Kr\S+ CM (\d+)E/u.exec(name) ?? [];
  if (datum) return `${datum} 3度带，中央经线${meridian}°E${suffix}`;
  const [, base, zone] = /^(.+) \/ UTM zone (\d+[NS])/u.exec(name) ?? [];
  return base ? `${base} UTM ${zone}带${suffix}` : name;
}

const SCENARIO =
  /(?:（方案“[^”]*”第 \d+ 版）|；方案“[^”]*”第 \d+ 版| \(scenario '[^']*', revision \d+\)|[,;] scenario '[^']*', revision \d+)$/u;

/** Takes the scenario off a title or remark, where the heading above it names the scenario already. */
export function dropScenario(text: string): string {
  return text.replace(SCENARIO, '');
}

/** Writes a moment that the server tells in UTC, `2026-11-30 16:44:07`, by the clocks here. */
export function formatUtc(moment: string): string {
  return formatTime(`${moment.replace(' ', 'T')}Z`);
}

/** Says in one language in which system a source was read, and how that was known: `CGCS2000（EPSG:4490），文件所载`. */
export function translateSourceCrs(text: string, language: Language): string {
  const [, name = '', known = '', english = ''] = /^(.*?)，(\S+) \(([^()]+)\)$/u.exec(text) ?? [];
  if (!name) return translatePlane(text, language);
  if (language !== 'zh') return `${name}, ${english}`;
  return `${translatePlane(name.replace('China Geodetic Coordinate System 2000', 'CGCS2000'), language)}，${known}`;
}
