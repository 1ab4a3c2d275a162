/** Loads the styles that the layers on the map need. */

import * as api from '../api/client';
import { app } from '../app/app';

/** Loads the styles that are missing, and drops them if the theme has changed in the meantime. */
export async function loadStyles(): Promise<void> {
  const { collections, comparison, layers, styles } = app;
  const theme = app.theme.current;
  const missing = collections.list.filter(
    (one) => !styles.byCollection[one.id] && (layers.isDrawn(one) || one.fireplan.job === comparison.leftJob),
  );
  const loaded = await Promise.all(missing.map((one) => api.loadStyle(one.id, theme).catch(() => null)));
  if (theme !== app.theme.current) return;
  for (const style of loaded) if (style) styles.addStyle(style.layers);
}

/** Draws everything anew after the theme has changed. */
export async function reloadStyles(): Promise<void> {
  const theme = app.theme.current;
  const base = await api.loadStyle('base', theme);
  if (theme !== app.theme.current) return;
  app.styles.replaceStyles(base.layers);
  await loadStyles();
}
