/** Where the page is: the list of the projects, one area of several, or the only area that is served. */

export type PagePlace = 'list' | 'area-of-several' | 'area';

export function findPlace(): PagePlace {
  const place = document.documentElement.dataset.place;
  return place === 'list' || place === 'area-of-several' ? place : 'area';
}

/** The way from an area back to the list, in the language and theme of the page. */
export function makeListAddress(hash: string): string {
  return `../../${keepLook(hash)}`;
}

/** The id of the project whose area the page shows. */
export function findProjectId(path = location.pathname): string {
  return path.split('/').filter(Boolean).pop() ?? '';
}

/** Language and theme of an address, and nothing else of it. */
export function keepLook(hash: string): string {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const kept = ['lang', 'theme'].flatMap((key) => (fields.get(key) ? [`${key}=${fields.get(key)}`] : []));
  return kept.length ? `#${kept.join('&')}` : '';
}
