/** What the page knows and what is chosen. Components read it and call its methods; nothing else talks to the service. */

import { tick } from 'svelte';
import * as api from '../api/client';
import type {
  Basemap,
  Check,
  Collection,
  Comparison,
  Feature,
  Job,
  Landing,
  LegendEntry,
  Process,
  ProcessSummary,
  Results,
  Run,
  Settings,
  StyleLayer,
  Theme,
} from '../api/types';
import type { Hit, LayerSpec, MapActions, MapPosition } from '../map/types';
import { LayerRows, orderLayers, styleByCollection, unionOf } from '../layers/layers.svelte';
import { parseLabel, translateLabel, texts, type Language } from '../text/language';
import { readPlace, writePlace, type Selection } from './url';

export type Tab = 'figures' | 'comparison' | 'checks' | 'notes' | 'basis';
export const TABS: Tab[] = ['figures', 'comparison', 'checks', 'notes', 'basis'];

/** How wide the card over the map's right edge is, with its margin. */
const CARD_WIDTH = 320;
const POLL_MS = 600;
const FEW_AREAS = 200;
const FEW_COMPANIONS = 50;

class State {
  landing = $state.raw<Landing | null>(null);
  collections = $state.raw<Collection[]>([]);
  processes = $state.raw<ProcessSummary[]>([]);
  styles = $state.raw<Record<string, StyleLayer[]>>({});
  ground = $state.raw<string | null>(null);
  runs = $state.raw<Run[]>([]);
  jobs = $state<Record<string, Job>>({});
  results = $state.raw<Record<string, Results>>({});
  /** The chosen run against another one. */
  comparison = $state.raw<Comparison | null>(null);
  /** Both sides of a comparison are on the map, each on its own half. */
  split = $state(false);
  failure = $state<string | null>(null);
  /** A passing word to the user, also read out. */
  message = $state('');

  language = $state<Language>('zh');
  chosenTheme = $state<Theme | null>(null);
  systemDark = $state(false);
  run = $state<string | null>(null);
  tab = $state<Tab>('figures');
  shown = $state<string[]>([]);
  hidden = $state<string[]>([]);
  opacity = $state<Record<string, number>>({});
  basemap = $state<string | null>(null);
  view = $state.raw<MapPosition | null>(null);
  scale = $state(0);
  pointer = $state.raw<[number, number] | null>(null);
  hovered = $state.raw<{ hit: Hit; at: [number, number] } | null>(null);
  tilesFailed = $state(false);

  selection = $state.raw<Selection | null>(null);
  selected = $state.raw<Feature | null>(null);
  /** Marked along with it. */
  companions = $state.raw<Feature[]>([]);
  hits = $state.raw<Hit[]>([]);

  table = $state<string | null>(null);
  openLayers = $state<string[]>([]);
  private rows = new Map<string, LayerRows>();

  leftOpen = $state(true);
  rightOpen = $state(true);
  drawerOpen = $state(false);
  composing = $state(false);

  map: MapActions | null = null;
  readonly theme: Theme = $derived(this.chosenTheme ?? (this.systemDark ? 'dark' : 'light'));
  readonly text = $derived(texts[this.language]);
  readonly byId = $derived(new Map(this.collections.map((collection) => [collection.id, collection])));
  readonly activeRun = $derived(this.runs.find((run) => run.job === this.run) ?? null);
  readonly findings = $derived(this.run ? (this.results[this.run] ?? null) : null);
  readonly inputs = $derived(this.collections.filter((collection) => collection.fireplan.group === 'input'));
  readonly layerSpecs: LayerSpec[] = $derived(
    orderLayers(
      this.collections.filter((one) => one.fireplan.group === 'input' || this.isShown(one)),
      Object.keys(this.styles),
    ).map(({ id, fireplan }) => ({
      id,
      namedWhole: fireplan.geometry === 'polygon' && fireplan.count <= FEW_AREAS,
      style: this.styles[id] ?? [],
      visible: this.visible(id),
      opacity: this.opacity[id] ?? 1,
    })),
  );
  /** The run on the left half of the map, if there are two; a scenario that is followed has no run yet. */
  readonly leftRun: string | null = $derived(
    this.split && this.comparison?.after.job ? this.comparison.before.job : null,
  );
  /** The same layers as on the right, of the run before. */
  readonly leftSpecs: LayerSpec[] = $derived(
    this.layerSpecs.flatMap((spec) => {
      const own = this.byId.get(spec.id)?.fireplan;
      if (own?.group === 'input') return [spec];
      const before = this.collections.find(
        ({ fireplan }) => fireplan.job === this.leftRun && fireplan.layer === own?.layer,
      );
      return before ? [{ ...spec, id: before.id, style: this.styles[before.id] ?? [] }] : [];
    }),
  );
  readonly basemaps: Basemap[] = $derived(this.landing?.fireplan.basemaps ?? []);
  /** What the chosen run speaks of, or else roads and places: rivers and railways run far out of the area. */
  readonly extent = $derived(
    unionOf(
      this.collections.filter(({ fireplan }) => this.run && fireplan.job === this.run && !fireplan.quiet),
    ) ??
      unionOf(this.inputs.filter((one) => ['point', 'line'].includes(one.fireplan.geometry))) ??
      this.landing?.fireplan.extent_wgs84 ??
      null,
  );
  readonly activeBasemap = $derived(this.basemaps.find((one) => one.id === this.basemap) ?? null);

  // --- opening

  async open(): Promise<void> {
    this.readUrl();
    await this.load();
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      const [landing, collections, processes, base] = await Promise.all([
        api.loadLanding(),
        api.loadCollections(),
        api.loadProcesses(),
        api.loadStyle('base', this.theme),
      ]);
      this.processes = processes;
      this.landing = landing;
      this.runs = landing.fireplan.runs.filter((run) => run.job !== null);
      this.collections = collections;
      this.takeStyle(base.layers);
      if (!this.runs.some((run) => run.job === this.run)) this.run = this.latestRun();
      await this.loadResultStyles();
      void this.watchRuns();
      if (this.run) void this.loadResults(this.run);
      if (this.selection) void this.fetchSelected(this.selection, false);
    } catch (error) {
      this.failure = reason(error);
    }
  }

  private latestRun(): string | null {
    const last = (status: Run['status'][]) =>
      this.runs.filter((run) => status.includes(run.status)).at(-1)?.job;
    return last(['successful']) ?? last(['running', 'accepted']) ?? last(['failed', 'dismissed']) ?? null;
  }

  private takeStyle(layers: StyleLayer[]): void {
    const ground = layers.find((layer) => layer.type === 'background')?.paint?.['background-color'];
    if (typeof ground === 'string') this.ground = ground;
    this.styles = { ...this.styles, ...styleByCollection(layers) };
  }

  /** The base map and the layers of the chosen run, drawn for the theme. */
  async restyle(): Promise<void> {
    const theme = this.theme;
    const base = await api.loadStyle('base', theme);
    if (theme !== this.theme) return;
    this.styles = {};
    this.takeStyle(base.layers);
    await this.loadResultStyles();
  }

  private async loadResultStyles(): Promise<void> {
    const theme = this.theme;
    const missing = this.collections.filter(
      (one) =>
        !this.styles[one.id] &&
        (this.isShown(one) || one.fireplan.group === 'input' || one.fireplan.job === this.leftRun),
    );
    const styles = await Promise.all(missing.map((one) => api.loadStyle(one.id, theme).catch(() => null)));
    if (theme !== this.theme) return;
    for (const style of styles) if (style) this.takeStyle(style.layers);
  }

  // --- layers

  /** Belongs to the chosen run, or to its comparison. */
  private isShown({ fireplan }: Collection): boolean {
    const job = fireplan.job ?? null;
    return job !== null && (job === this.run || job === this.comparison?.id);
  }

  /** Switched on, or on from the start and not switched off. */
  visible(id: string): boolean {
    return this.onByDefault(id) ? !this.hidden.includes(id) : this.shown.includes(id);
  }

  /** On one map, the findings of the run would only hide what changed; on two, the change is between them. */
  private onByDefault(id: string): boolean {
    const layer = this.byId.get(id)?.fireplan;
    if (layer?.quiet) return false;
    if (!this.comparison || layer?.group === 'input') return true;
    return this.leftRun ? layer?.job === this.run : layer?.job !== this.run;
  }

  async setSplit(split: boolean): Promise<void> {
    this.split = split;
    await this.loadResultStyles();
  }

  toggle(id: string, on = !this.visible(id)): void {
    const usual = this.onByDefault(id);
    const without = (list: string[]) => list.filter((one) => one !== id);
    this.hidden = usual && !on ? [...without(this.hidden), id] : without(this.hidden);
    this.shown = !usual && on ? [...without(this.shown), id] : without(this.shown);
  }

  /** What is drawn last comes first; classes keep their order. */
  legend(id: string): LegendEntry[] {
    const seen = new Set<string>();
    return (this.styles[id] ?? [])
      .toReversed()
      .flatMap((layer) => layer.metadata?.legend ?? [])
      .filter((entry) => {
        const key = `${entry.label.zh}/${entry.shape}`;
        return !seen.has(key) && seen.add(key);
      });
  }

  title(id: string): string {
    const collection = this.byId.get(id);
    if (collection) return translateLabel(collection.fireplan.title, this.language);
    // Layers that are not collections: rasters, the boundary, and what the area lacks.
    const layer = this.landing?.fireplan.layers?.find((one) => one.code === id);
    return layer ? translateLabel(layer.label, this.language) : id;
  }

  zoomToLayer(id: string): void {
    const extent = this.byId.get(id)?.extent?.spatial?.bbox[0];
    if (extent) this.map?.fitExtent(extent);
  }

  wholeArea(): void {
    if (this.extent) this.map?.fitExtent(this.extent);
  }

  // --- one feature

  pick(hits: Hit[]): void {
    this.hits = hits;
    const first = hits[0];
    if (!first) return this.unselect();
    void this.select(first, false, true);
  }

  pickAnother(step: number): void {
    const at = this.hitAt + step;
    const hit = this.hits[(at + this.hits.length) % this.hits.length];
    if (hit) void this.select(hit, false, true);
  }

  get hitAt(): number {
    return this.hits.findIndex(
      (hit) => hit.collection === this.selection?.collection && hit.id === this.selection.id,
    );
  }

  async select(selection: Selection, reveal: boolean, keepHits = false): Promise<void> {
    if (!keepHits) this.hits = [];
    this.selection = { collection: selection.collection, id: selection.id };
    await this.fetchSelected(this.selection, reveal);
  }

  private async fetchSelected(selection: Selection, reveal: boolean): Promise<void> {
    try {
      const feature = await api.loadFeature(selection.collection, selection.id);
      if (this.selection?.collection !== selection.collection || this.selection.id !== selection.id) return;
      this.selected = feature;
      this.companions = [];
      this.map?.markFeature(feature, [], reveal, CARD_WIDTH);
      const companions = await this.fetchCompanions(feature, selection);
      if (!companions.length || this.selected !== feature) return;
      this.companions = companions;
      this.map?.markFeature(feature, companions, reveal, CARD_WIDTH);
    } catch (error) {
      if (this.selection === selection) this.unselect();
      this.say(reason(error));
    }
  }

  /** Features of other layers of its run that belong to it. */
  private async fetchCompanions(feature: Feature, { collection }: Selection): Promise<Feature[]> {
    const own = this.byId.get(collection)?.fireplan;
    const found = (own?.companions ?? []).map(async ({ layer, column, of }) => {
      const value = of === null ? feature.id : feature.properties[of];
      const other = this.collections.find(
        ({ fireplan }) => fireplan.job === own?.job && fireplan.layer === layer,
      );
      if (!other || value === null || value === undefined || value === '') return [];
      const answer = await api
        .loadFeatures(other.id, { [column]: String(value), limit: FEW_COMPANIONS })
        .catch(() => null);
      return answer?.features ?? [];
    });
    return (await Promise.all(found)).flat();
  }

  unselect(): void {
    this.selection = null;
    this.selected = null;
    this.companions = [];
    this.hits = [];
    this.map?.markFeature(null, [], false, 0);
  }

  /** The checks of the chosen run about this feature; of the input, about the thing of its name. */
  checksOf(feature: Feature): Check[] {
    const layer = this.selection?.collection ?? '';
    const byName = this.byId.get(layer)?.fireplan.group === 'input';
    return (this.findings?.checks ?? []).filter((check) =>
      byName || !check.feature
        ? check.subject === feature.properties.name
        : check.feature.layer === layer && check.feature.id === feature.id,
    );
  }

  /** Shows the feature that a check speaks of. */
  async findChecked(check: Check): Promise<void> {
    if (!check.feature) return this.findSubject(check.subject);
    this.toggle(check.feature.layer, true);
    return this.select({ collection: check.feature.layer, id: check.feature.id }, true);
  }

  /**
   * Finds the feature a check speaks of by its name: first among the findings, points before lines before areas, then
   * in the input, and last where nothing is drawn unless asked for.
   */
  async findSubject(subject: string): Promise<void> {
    const rank = ({ fireplan }: Collection) =>
      (fireplan.quiet ? 20 : fireplan.group === 'input' ? 10 : 0) +
      ['point', 'mixed', 'line', 'polygon', 'none'].indexOf(fireplan.geometry);
    const named = this.collections
      .filter((one) => one.fireplan.columns.some((column) => column.name === 'name'))
      .filter((one) => one.fireplan.job === this.run || one.fireplan.group === 'input')
      .sort((a, b) => rank(a) - rank(b));
    for (const { id } of named) {
      const found = await api.loadFeatures(id, { name: subject, limit: 1 }).catch(() => null);
      const feature = found?.features[0];
      if (!feature?.geometry) continue;
      this.toggle(id, true);
      return this.select({ collection: id, id: feature.id }, true);
    }
    this.say(this.text.notFound(subject));
  }

  // --- runs

  async openRun(job: string): Promise<void> {
    this.run = job;
    if (this.comparison?.after.job !== job) this.comparison = null;
    this.composing = false;
    this.table = null;
    if (this.selection && this.byId.get(this.selection.collection)?.fireplan.group === 'result')
      this.unselect();
    await Promise.all([this.loadResultStyles(), this.loadResults(job)]);
  }

  private async loadResults(job: string): Promise<void> {
    if (this.results[job] || this.runs.find((run) => run.job === job)?.status !== 'successful') return;
    try {
      this.results = { ...this.results, [job]: await api.loadResults(job) };
    } catch (error) {
      this.say(reason(error));
    }
  }

  async start(process: string, inputs: Record<string, unknown>): Promise<void> {
    const job = await api.startRun(process, inputs);
    // The same question is the same job.
    const known = this.runs.find((run) => run.job === job);
    if (known?.status === 'successful') return this.openRun(job);
    this.runs = [...this.runs.filter((run) => run.job !== job), { job, process, status: 'accepted' }];
    this.run = job;
    this.composing = false;
    void this.watchRuns();
  }

  /** A run that was asked and waited for. */
  takeAnswer(process: string, job: string, results: Results, settings: Settings): void {
    // The same question is the same job, whatever it was called this time.
    const known = this.runs.find((one) => one.job === job);
    const run: Run = { job, process, status: 'successful', settings: known?.settings ?? settings };
    this.runs = known ? this.runs.map((one) => (one.job === job ? run : one)) : [...this.runs, run];
    this.results = { ...this.results, [job]: results };
    this.run = job;
    this.composing = false;
  }

  asking = $state(false);

  /** Asks the question on show again under another rule profile, and sets both answers side by side. */
  async askUnder(profile: string): Promise<void> {
    const run = this.activeRun;
    const manifest = run && this.results[run.job]?.manifest;
    if (!run || !manifest) return;
    const { analysis: _, ...request } = manifest.request;
    const scenario = manifest.scenario?.name ?? null;
    const set = manifest.set ?? [];
    this.asking = true;
    try {
      const { job, results } = await api.finishRun(run.process, { ...request, profile, set, scenario });
      this.takeAnswer(run.process, job, results, { profile, set, scenario });
      await this.compareWith(run.job);
    } catch (error) {
      this.say(reason(error));
    } finally {
      this.asking = false;
    }
  }

  /** The runs of the same question that the chosen one can be held against. */
  get comparable(): Run[] {
    const process = this.activeRun?.process;
    return this.runs.filter(
      (run) => run.process === process && run.status === 'successful' && run.job !== this.run,
    );
  }

  /** Holds the chosen run against another one: `null`, no longer. */
  async compareWith(job: string | null): Promise<void> {
    const run = this.run;
    if (!job || !run || job === run) {
      this.comparison = null;
      return;
    }
    try {
      const comparison = await api.loadComparison(job, run);
      // Their layers are there only now.
      this.collections = await api.loadCollections();
      if (this.run !== run) return;
      this.comparison = comparison;
      this.tab = 'comparison';
      if (this.table && !this.byId.has(this.table.replace(/^layer:/, ''))) this.table = null;
      await this.loadResultStyles();
    } catch (error) {
      this.say(reason(error));
    }
  }

  /** Holds what a scenario comes to against the run of the area as it is; `told` once the figures are on the page. */
  async showFollowed(job: string, comparison: Comparison, told: () => void): Promise<void> {
    this.run = job;
    this.composing = false;
    this.comparison = comparison;
    this.tab = 'comparison';
    await tick();
    told();
    // Its layers are there only now.
    this.collections = await api.loadCollections();
    await this.loadResultStyles();
  }

  /**
   * The run to hold a scenario against: the chosen one as it is without any; asked now, if it never was.
   */
  async baseRun(): Promise<{
    job: string;
    process: string;
    inputs: Record<string, unknown>;
    settings: Settings;
  } | null> {
    const run = this.activeRun;
    if (!run || run.status !== 'successful') return null;
    await this.loadResults(run.job);
    const manifest = this.results[run.job]?.manifest;
    if (!manifest) return null;
    const { analysis: _, ...request } = manifest.request;
    const settings = { profile: manifest.profile ?? 'national', set: manifest.set ?? [], scenario: null };
    const inputs = { ...request, profile: settings.profile, set: settings.set };
    if (!manifest.scenario) return { job: run.job, process: run.process, inputs, settings };
    const { job, results } = await api.finishRun(run.process, inputs);
    const known = this.runs.some((one) => one.job === job);
    if (!known) this.runs = [{ job, process: run.process, status: 'successful', settings }, ...this.runs];
    this.results = { ...this.results, [job]: results };
    return { job, process: run.process, inputs, settings };
  }

  /** Drops a run that another one has made superfluous. */
  async forgetRun(job: string): Promise<void> {
    this.runs = this.runs.filter((run) => run.job !== job);
    const { [job]: _, ...results } = this.results;
    this.results = results;
    this.collections = this.collections.filter(
      ({ fireplan }) => fireplan.job !== job && !fireplan.compared?.includes(job),
    );
    await api.dismissRun(job).catch(() => null);
  }

  /** Profile and scenario of a run in a few words; empty for the area as it is under the national rules. */
  runNote(run: Run): string {
    const { profile, set, scenario } = run.settings ?? { profile: 'national', set: [], scenario: null };
    const parts = [scenario ?? '', profile === 'national' ? '' : profile, ...set];
    return parts.filter(Boolean).join(' · ');
  }

  /** Makes do with the best found so far. */
  async settle(job: string): Promise<void> {
    await api.settleRun(job).catch((error: unknown) => this.say(reason(error)));
  }

  async cancel(job: string): Promise<void> {
    await api.dismissRun(job).catch((error: unknown) => this.say(reason(error)));
    this.runs = this.runs.map((run) => (run.job === job ? { ...run, status: 'dismissed' as const } : run));
  }

  private descriptions = new Map<string, Promise<Process>>();

  /** Choices of the form may have changed. */
  forgetDescriptions(): void {
    this.descriptions.clear();
  }

  describe(process: string): Promise<Process> {
    const known = this.descriptions.get(process) ?? api.loadProcess(process);
    this.descriptions.set(process, known);
    known.catch(() => this.descriptions.delete(process));
    return known;
  }

  private watching = false;

  /** Asks after every unfinished run until all have ended. */
  private async watchRuns(): Promise<void> {
    if (this.watching) return;
    this.watching = true;
    try {
      for (;;) {
        const open = this.runs.filter((run) => run.status === 'accepted' || run.status === 'running');
        if (!open.length) return;
        for (const { job } of open) {
          const now = await api.loadJob(job).catch(() => null);
          if (!now) continue;
          this.jobs[job] = now;
          const known = this.runs.find((run) => run.job === job);
          if (known && known.status !== now.status) {
            const changed = { ...known, status: now.status, message: now.message };
            this.runs = this.runs.map((run) => (run.job === job ? changed : run));
            if (now.status === 'successful') await this.arrived(job);
          }
        }
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    } finally {
      this.watching = false;
    }
  }

  private async arrived(job: string): Promise<void> {
    this.collections = await api.loadCollections();
    if (!this.run || this.run === job) await this.openRun(job);
  }

  processTitle(id: string): string {
    return translateLabel(
      parseLabel(this.processes.find((process) => process.id === id)?.title ?? id),
      this.language,
    );
  }

  /** The how-manieth run of the session it is. */
  number(job: string): number {
    return this.runs.findIndex((run) => run.job === job) + 1;
  }

  // --- tables

  layerRows(id: string): LayerRows {
    let rows = this.rows.get(id);
    if (!rows) {
      rows = new LayerRows(id, this.byId.get(id)?.fireplan.count ?? 0);
      this.rows.set(id, rows);
    }
    return rows;
  }

  openTable(collection: string): void {
    if (!this.openLayers.includes(collection)) this.openLayers = [...this.openLayers, collection];
    this.table = `layer:${collection}`;
    this.drawerOpen = true;
  }

  /** Opens the table in which the chosen feature has its row. */
  showRow(): void {
    const collection = this.selection?.collection;
    if (!collection) return;
    const table = this.findings?.tables.find((one) => one.layer === collection);
    if (!table) return this.openTable(collection);
    this.table = `table:${table.id}`;
    this.drawerOpen = true;
  }

  closeTable(collection: string): void {
    this.openLayers = this.openLayers.filter((one) => one !== collection);
    if (this.table === `layer:${collection}`) this.table = null;
  }

  // --- the rest

  say(message: string): void {
    this.message = message;
  }

  readUrl(): void {
    const place = readPlace(location.hash);
    this.language = place.language;
    this.chosenTheme = place.theme;
    this.shown = place.shown;
    this.hidden = place.hidden;
    this.basemap = place.basemap;
    this.tab = TABS.find((tab) => tab === place.tab) ?? 'figures';
    this.run = place.run ?? this.run;
    this.view = place.view;
    this.selection = place.selection;
    this.table = place.table;
    if (place.table) {
      this.drawerOpen = true;
      const layer = place.table.match(/^layer:(.+)$/)?.[1];
      if (layer && !this.openLayers.includes(layer)) this.openLayers = [...this.openLayers, layer];
    }
  }

  get hash(): string {
    return writePlace({
      view: this.view,
      language: this.language,
      theme: this.chosenTheme,
      run: this.run,
      selection: this.selection,
      shown: this.shown,
      hidden: this.hidden,
      tab: this.tab === 'figures' ? null : this.tab,
      table: this.drawerOpen ? this.table : null,
      basemap: this.basemap,
    });
  }

  /** The address was changed by hand or with the back button. */
  async followUrl(): Promise<void> {
    if (decodeURIComponent(location.hash) === decodeURIComponent(this.hash)) return;
    const { run, theme } = this;
    this.selected = null;
    this.readUrl();
    if (this.view) this.map?.setPosition(this.view);
    if (this.run && this.run !== run) await this.openRun(this.run);
    if (this.theme !== theme) await this.restyle();
    if (this.selection) await this.fetchSelected(this.selection, false);
    else this.unselect();
  }
}

export const plan = new State();

/** What went wrong, in the language of the page. */
export function reason(error: unknown): string {
  return translateLabel(parseLabel(error instanceof Error ? error.message : String(error)), plan.language);
}
