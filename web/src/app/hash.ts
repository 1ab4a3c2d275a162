/** The state of the page as a URL fragment, `#map=12.4/31.16/108.39&run=3&sel=stations/4`: only what differs from the start. */

import type { LonLat, Theme } from '../api/types';
import type { Split } from '../comparison/comparison.svelte';
import type { FeatureKey } from '../features/selection.svelte';
import type { MapPosition } from '../map/types';
import type { Language } from '../text/language';

/** A question as it was asked, so that it can be asked again where its run is gone. */
export interface Question {
  process: string;
  /** What differs from the defaults. */
  inputs: Record<string, unknown>;
}

/** A place that somebody marked, with what is to be said of it. */
export interface Marker {
  at: LonLat;
  note: string;
}

export interface PageAddress {
  position: MapPosition | null;
  language: Language;
  theme: Theme | null;
  run: string | null;
  /** What the run was asked. */
  question: Question | null;
  /** The run that the chosen one is held against, and whether both are on the map. */
  compared: string | null;
  split: Split | null;
  /** The scenario that is edited. */
  scenario: string | null;
  marker: Marker | null;
  selection: FeatureKey | null;
  /** Layers that were switched on although they are off by default, and off although they are on. */
  shown: string[];
  hidden: string[];
  tab: string | null;
  table: string | null;
  basemap: string | null;
}

export const START: PageAddress = {
  position: null,
  language: 'zh',
  theme: null,
  run: null,
  question: null,
  compared: null,
  split: null,
  scenario: null,
  marker: null,
  selection: null,
  shown: [],
  hidden: [],
  tab: null,
  table: null,
  basemap: null,
};

const parseList = (text: string | null) => (text ? text.split(',').filter(Boolean) : []);

export function parseHash(hash: string): PageAddress {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const theme = fields.get('theme');
  return {
    position: parsePosition(fields.get('map')),
    language: fields.get('lang') === 'en' ? 'en' : 'zh',
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    run: fields.get('run') || null,
    question: parseQuestion(fields.get('ask')),
    compared: fields.get('vs') || null,
    split: parseSplit(fields.get('split')),
    scenario: fields.get('plan') || null,
    marker: parseMarker(fields.get('mark')),
    selection: parseFeatureKey(fields.get('sel')),
    shown: parseList(fields.get('show')),
    hidden: parseList(fields.get('hide')),
    tab: fields.get('tab') || null,
    table: fields.get('table') || null,
    basemap: fields.get('base') || null,
  };
}

/** Two maps side by side were the only way before. */
function parseSplit(text: string | null): Split | null {
  return text === '1' ? 'beside' : text === 'swipe' ? 'swipe' : null;
}

function parsePosition(text: string | null): MapPosition | null {
  const [zoom, lat, lon] = (text ?? '').split('/').map(Number);
  if (zoom === undefined || lat === undefined || lon === undefined) return null;
  const sound =
    zoom >= 0 &&
    zoom <= 24 &&
    Math.abs(lat) <= 85.06 &&
    Math.abs(lon) <= 180 &&
    ![zoom, lat, lon].some(Number.isNaN);
  return sound ? { zoom, lat, lon } : null;
}

function parseMarker(text: string | null): Marker | null {
  const [lat, lon, ...note] = (text ?? '').split('/');
  const at: LonLat = [Number(lon), Number(lat)];
  if (!text || note.length === 0 || at.some(Number.isNaN)) return null;
  return { at, note: note.join('/') };
}

/** Reads `coverage`, or `coverage:{"profile":"qidong"}`. */
function parseQuestion(text: string | null): Question | null {
  const [, process, inputs] = /^([a-z_]+)(?::(.+))?$/s.exec(text ?? '') ?? [];
  if (!process) return null;
  try {
    const read: unknown = inputs ? JSON.parse(inputs) : {};
    const sound = typeof read === 'object' && read !== null && !Array.isArray(read);
    return sound ? { process, inputs: read as Record<string, unknown> } : null;
  } catch {
    return null;
  }
}

function formatQuestion({ process, inputs }: Question): string {
  return Object.keys(inputs).length ? `${process}:${JSON.stringify(inputs)}` : process;
}

function parseFeatureKey(text: string | null): FeatureKey | null {
  const at = (text ?? '').lastIndexOf('/');
  if (!text || at < 1) return null;
  const id = Number(text.slice(at + 1));
  return Number.isInteger(id) && id > 0 ? { collection: text.slice(0, at), id } : null;
}

export function formatHash(address: PageAddress): string {
  const fields: [string, string][] = [];
  const add = (key: string, value: string | null | undefined) => {
    if (value) fields.push([key, value]);
  };
  if (address.position) {
    const { zoom, lat, lon } = address.position;
    add('map', `${roundTo(zoom, 2)}/${roundTo(lat, 5)}/${roundTo(lon, 5)}`);
  }
  add('run', address.run);
  add('ask', address.question && formatQuestion(address.question));
  add('vs', address.compared);
  add('split', address.split === 'beside' ? '1' : address.split);
  add('plan', address.scenario);
  const { marker } = address;
  add('mark', marker && `${roundTo(marker.at[1], 5)}/${roundTo(marker.at[0], 5)}/${marker.note}`);
  add('sel', address.selection && `${address.selection.collection}/${address.selection.id}`);
  add('show', [...address.shown].sort().join(','));
  add('hide', [...address.hidden].sort().join(','));
  add('tab', address.tab);
  add('table', address.table);
  add('base', address.basemap);
  add('lang', address.language === 'en' ? 'en' : null);
  add('theme', address.theme);
  // Slashes, commas and colons need no escape in a fragment, and people read them.
  const text = fields.map(
    ([key, value]) =>
      `${key}=${encodeURIComponent(value).replace(/%2F/g, '/').replace(/%2C/g, ',').replace(/%3A/g, ':')}`,
  );
  return text.length ? `#${text.join('&')}` : '';
}

function roundTo(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
