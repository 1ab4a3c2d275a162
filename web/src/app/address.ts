/** Keeps the page and its URL fragment alike, so that an address can be kept, sent and gone back to. */

import { compareWith, splitMap } from '../comparison/compareRuns';
import { TABS, type Tab } from '../findings/findings.svelte';
import { reloadStyles } from '../layers/loadStyles';
import { openRun } from '../runs/openRun';
import { closeScenarios, openScenarios, showScenario } from '../scenarios/manageScenarios';
import { app } from './app';
import { formatHash, parseHash, type PageAddress } from './hash';

/** While the page is brought to an address, what it shows on the way is no place to go back to. */
let following = false;

function readTab({ tab }: PageAddress): Tab {
  return TABS.find((known) => known === tab) ?? 'figures';
}

/** Takes over what needs no answer of the service. */
export function readAddress(): PageAddress {
  const { basemaps, findings, language, layers, map, marker, runs, selection, tables, theme } = app;
  const address = parseHash(location.hash);
  language.current = address.language;
  theme.chosen = address.theme;
  layers.shown = address.shown;
  layers.hidden = address.hidden;
  basemaps.chosenId = address.basemap;
  findings.tab = readTab(address);
  runs.chosenJob = address.run;
  if (address.run && address.question) runs.addQuestion(address.run, address.question);
  map.position = address.position;
  marker.chosen = address.marker;
  selection.key = address.selection;
  tables.chosen = address.table;
  const layer = address.table?.match(/^layer:(.+)$/)?.[1];
  if (layer) tables.openLayer(layer);
  else tables.panelOpen = address.table !== null;
  return address;
}

export function formatAddress(): string {
  const { basemaps, comparison, findings, language, layers, map, marker, runs, scenarios, selection } = app;
  const { tables, theme } = app;
  const run = runs.chosenJob;
  // A scenario that is followed has no run yet: its name and the run without it lead back to the same figures.
  const compared = comparison.current?.after.job ? comparison.current.before.job : null;
  return formatHash({
    position: map.position,
    language: language.current,
    theme: theme.chosen,
    run,
    question: run ? (runs.questions[run] ?? null) : null,
    compared,
    split: compared === null ? null : comparison.split,
    scenario: scenarios.panelOpen ? scenarios.chosenName : null,
    marker: marker.chosen,
    selection: selection.key,
    shown: layers.shown,
    hidden: layers.hidden,
    tab: findings.tab === 'figures' ? null : findings.tab,
    table: tables.panelOpen ? tables.chosen : null,
    basemap: basemaps.chosenId,
  });
}

/** What the address says beyond what lies in it: the comparison, and the scenario. */
export async function restoreAddress(address: PageAddress): Promise<void> {
  const { comparison, findings, runs, scenarios } = app;
  if (address.compared && runs.chosen) {
    await compareWith(address.compared);
    comparison.split = address.split;
    if (address.split) await splitMap(address.split);
  } else comparison.current = null;
  if (address.scenario) {
    await openScenarios();
    const isShown = runs.chosen?.settings?.scenario === address.scenario;
    if (scenarios.chosenName !== address.scenario) await showScenario(address.scenario, !isShown);
  } else if (scenarios.panelOpen) closeScenarios();
  findings.tab = readTab(address);
}

/** Brings the page to an address that was written by hand or gone back to. */
export async function followAddress(): Promise<void> {
  const { map, runs, selection, theme } = app;
  if (decodeURIComponent(location.hash) === decodeURIComponent(formatAddress())) return;
  const before = { job: runs.chosenJob, theme: theme.current };
  following = true;
  try {
    selection.feature = null;
    const address = readAddress();
    if (map.position) map.canvas?.setPosition(map.position);
    if (runs.chosenJob !== before.job) await openRun(runs.chosenJob);
    if (theme.current !== before.theme) await reloadStyles();
    if (selection.key) await selection.loadSelected(selection.key, false);
    else selection.clearSelection();
    await restoreAddress(address);
  } finally {
    following = false;
  }
}

/** What a step back undoes: the run, what is opened of it, and the feature; moving the map makes no steps. */
function findPlace(hash: string): string {
  const { run, compared, split, scenario, selection, tab, table } = parseHash(hash);
  return JSON.stringify([run, compared, split, scenario, selection, tab, table]);
}

/** Writes the state of the page into its address. */
export function writeAddress(hash: string): void {
  if (following || hash === location.hash) return;
  const address = hash || location.pathname + location.search;
  if (app.area.restored && findPlace(hash) !== findPlace(location.hash)) history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}
