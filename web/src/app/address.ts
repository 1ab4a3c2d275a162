/** Keeps the page and its URL fragment alike, so that an address can be kept, sent and gone back to. */

import { TABS } from '../findings/findings.svelte';
import { reloadStyles } from '../layers/loadStyles';
import { openRun } from '../runs/openRun';
import { app } from './app';
import { formatHash, parseHash } from './hash';

export function readAddress(): void {
  const { basemaps, findings, language, layers, map, runs, selection, tables, theme } = app;
  const address = parseHash(location.hash);
  language.current = address.language;
  theme.chosen = address.theme;
  layers.shown = address.shown;
  layers.hidden = address.hidden;
  basemaps.chosenId = address.basemap;
  findings.tab = TABS.find((tab) => tab === address.tab) ?? 'figures';
  runs.chosenJob = address.run ?? runs.chosenJob;
  map.position = address.position;
  selection.key = address.selection;
  tables.chosen = address.table;
  if (!address.table) return;
  const layer = address.table.match(/^layer:(.+)$/)?.[1];
  if (layer) tables.openLayer(layer);
  else tables.panelOpen = true;
}

export function formatAddress(): string {
  const { basemaps, findings, language, layers, map, runs, selection, tables, theme } = app;
  return formatHash({
    position: map.position,
    language: language.current,
    theme: theme.chosen,
    run: runs.chosenJob,
    selection: selection.key,
    shown: layers.shown,
    hidden: layers.hidden,
    tab: findings.tab === 'figures' ? null : findings.tab,
    table: tables.panelOpen ? tables.chosen : null,
    basemap: basemaps.chosenId,
  });
}

/** Brings the page to an address that was written by hand or gone back to. */
export async function followAddress(): Promise<void> {
  const { map, runs, selection, theme } = app;
  if (decodeURIComponent(location.hash) === decodeURIComponent(formatAddress())) return;
  const before = { job: runs.chosenJob, theme: theme.current };
  selection.feature = null;
  readAddress();
  if (map.position) map.canvas?.setPosition(map.position);
  if (runs.chosenJob && runs.chosenJob !== before.job) await openRun(runs.chosenJob);
  if (theme.current !== before.theme) await reloadStyles();
  if (selection.key) await selection.loadSelected(selection.key, false);
  else selection.clearSelection();
}
