/** The state of the page as a URL fragment: `#map=12.4/31.16/108.39&run=3&sel=stations/4&…`. Only what differs from the default. */

import type { Theme } from '../api/types';
import type { MapPosition } from '../map/types';
import type { Language } from '../text/language';

export interface Selection {
  collection: string;
  id: number;
}

export interface Place {
  view: MapPosition | null;
  language: Language;
  theme: Theme | null;
  run: string | null;
  selection: Selection | null;
  /** Layers switched against their default. */
  shown: string[];
  hidden: string[];
  tab: string | null;
  table: string | null;
  basemap: string | null;
}

export const START: Place = {
  view: null,
  language: 'zh',
  theme: null,
  run: null,
  selection: null,
  shown: [],
  hidden: [],
  tab: null,
  table: null,
  basemap: null,
};

const list = (text: string | null) => (text ? text.split(',').filter(Boolean) : []);

export function readPlace(hash: string): Place {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const theme = fields.get('theme');
  return {
    view: readView(fields.get('map')),
    language: fields.get('lang') === 'en' ? 'en' : 'zh',
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    run: fields.get('run') || null,
    selection: readSelection(fields.get('sel')),
    shown: list(fields.get('show')),
    hidden: list(fields.get('hide')),
    tab: fields.get('tab') || null,
    table: fields.get('table') || null,
    basemap: fields.get('base') || null,
  };
}

function readView(text: string | null): MapPosition | null {
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

function readSelection(text: string | null): Selection | null {
  const at = (text ?? '').lastIndexOf('/');
  if (!text || at < 1) return null;
  const id = Number(text.slice(at + 1));
  return Number.isInteger(id) && id > 0 ? { collection: text.slice(0, at), id } : null;
}

export function writePlace(place: Place): string {
  const fields: [string, string][] = [];
  const add = (key: string, value: string | null | undefined) => {
    if (value) fields.push([key, value]);
  };
  if (place.view) {
    const { zoom, lat, lon } = place.view;
    add('map', `${round(zoom, 2)}/${round(lat, 5)}/${round(lon, 5)}`);
  }
  add('run', place.run);
  add('sel', place.selection && `${place.selection.collection}/${place.selection.id}`);
  add('show', [...place.shown].sort().join(','));
  add('hide', [...place.hidden].sort().join(','));
  add('tab', place.tab);
  add('table', place.table);
  add('base', place.basemap);
  add('lang', place.language === 'en' ? 'en' : null);
  add('theme', place.theme);
  // Slashes, commas and colons stay readable.
  const text = fields.map(
    ([key, value]) =>
      `${key}=${encodeURIComponent(value).replace(/%2F/g, '/').replace(/%2C/g, ',').replace(/%3A/g, ':')}`,
  );
  return text.length ? `#${text.join('&')}` : '';
}

function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
