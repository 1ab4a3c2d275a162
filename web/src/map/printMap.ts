/** Prints the page: light, with all that is in sight on the map, and only once the map is drawn for paper. */

import { tick } from 'svelte';
import { app } from '../app/app';
import { reloadStyles } from '../layers/loadStyles';

/** Prints, and gives the page back as it was. */
export async function printPage(): Promise<void> {
  const { manual, map, theme } = app;
  // Over the map lies the manual, which is then what is to be printed.
  if (manual.place) return print();
  if (map.printing) return;
  const chosen = theme.chosen;
  const position = map.position;
  const isDark = theme.current === 'dark';
  theme.chosen = 'light';
  try {
    if (isDark) await reloadStyles();
    await map.canvas?.refit(async () => {
      map.printing = true;
      await tick();
    });
    print();
  } finally {
    theme.chosen = chosen;
    map.printing = false;
    await tick();
    await map.canvas?.refit(() => Promise.resolve());
    if (position) map.canvas?.setPosition(position);
  }
}

/** The key that prints a page everywhere prints this one when it is ready. */
export function listenForPrint(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'p') return;
    event.preventDefault();
    void printPage();
  };
  window.addEventListener('keydown', listen);
  return () => window.removeEventListener('keydown', listen);
}
