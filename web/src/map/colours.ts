/** The two colours of the page that marks on the map are drawn in; they follow the theme. */
export interface MapColours {
  accent: string;
  /** Keeps marks apart from what lies under them. */
  halo: string;
}

/** Reads the colours from the style sheet of the page. */
export function readColours(): MapColours {
  const style = getComputedStyle(document.documentElement);
  return {
    accent: style.getPropertyValue('--accent').trim(),
    halo: style.getPropertyValue('--paper').trim(),
  };
}
