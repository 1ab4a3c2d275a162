/** Scenarios on the page: which one is chosen, its edits, the tool in hand; every edit is saved and asked about at once. */

import * as api from '../api/client';
import type { Edit, Feature, LonLat, Proposal, Scenario } from '../api/types';
import type { Hit } from '../map/types';
import { makeFreshName, moveStation, nameFeature, roundPlace } from './edits';
import { listMarks, listStations } from './marks';
import { plan, reason } from '../app/state.svelte';

export type Tool =
  | 'station'
  | 'close_station'
  | 'widen_road'
  | 'strengthen_road'
  | 'open_road'
  | 'close_road'
  | 'road'
  | 'bridge'
  | 'hydrant'
  | 'water';

export const TOOLS: Tool[] = [
  'station',
  'close_station',
  'widen_road',
  'strengthen_road',
  'open_road',
  'close_road',
  'road',
  'bridge',
  'hydrant',
  'water',
];

/** Tools that draw a line rather than point at a place. */
export const LINES: Tool[] = ['road', 'bridge'];

/** What a tool asks for beside the place: the fact, its unit and where it starts. */
export const FACTS: Partial<Record<Tool, { name: string; start: string; unit: string }>> = {
  widen_road: { name: 'width_m', start: '4', unit: 'm' },
  strengthen_road: { name: 'load_t', start: '20', unit: 't' },
  road: { name: 'width_m', start: '6', unit: 'm' },
  bridge: { name: 'width_m', start: '6', unit: 'm' },
};

/** A whole run follows the first figures when nothing was changed for so long. */
const REST_MS = 1500;
const POLL_MS = 250;

type Base = NonNullable<Awaited<ReturnType<typeof plan.baseRun>>>;

class Scenarios {
  open = $state(false);
  list = $state.raw<Scenario[]>([]);
  chosen = $state<string | null>(null);
  tool = $state<Tool | null>(null);
  facts = $state<Record<string, string>>(
    Object.fromEntries(Object.entries(FACTS).map(([tool, fact]) => [tool, fact.start])),
  );
  kind = $state('small');
  busy = $state(false);
  failure = $state('');
  /** From the edit to the new figures. */
  took_ms = $state<number | null>(null);
  private stations = $state.raw<Feature[]>([]);
  /** Runs that this panel started, by scenario: each makes the one before superfluous. */
  private asked = new Map<string, string>();

  readonly scenario = $derived(this.list.find((one) => one.name === this.chosen) ?? null);
  readonly stationMarks = $derived(
    this.open && this.scenario ? listStations(this.stations, this.scenario.edits) : [],
  );
  readonly marks = $derived(this.open && this.scenario ? listMarks(this.stations, this.scenario.edits) : []);

  async show(): Promise<void> {
    this.open = true;
    await this.attempt(async () => {
      await this.reload();
      if (!this.stations.length && plan.byId.has('stations'))
        this.stations = (await api.loadFeatures('stations', { limit: 1000 })).features;
    });
  }

  hide(): void {
    this.open = false;
    this.tool = null;
  }

  private async reload(): Promise<void> {
    this.list = await api.loadScenarios();
    plan.forgetDescriptions();
    if (!this.scenario) this.chosen = null;
  }

  /** Says what went wrong instead of failing. */
  private async attempt(work: () => Promise<void>): Promise<boolean> {
    this.failure = '';
    this.busy = true;
    try {
      await work();
      return true;
    } catch (error) {
      this.failure = reason(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  choose(name: string | null): Promise<boolean> {
    this.chosen = name;
    this.tool = null;
    return this.ask();
  }

  async create(name: string): Promise<boolean> {
    const made = await this.attempt(async () => this.take(await api.createScenario(name.trim())));
    if (made) this.warm(name.trim());
    return made;
  }

  /** Has the service get ready to follow the run on show, so that the first drop is as quick as the others. */
  private warm(scenario: string): void {
    const run = plan.activeRun;
    const live = plan.processes.find((process) => process.id === run?.process)?.fireplan?.live;
    if (run?.status === 'successful' && live && !run.settings?.scenario)
      void api.loadScenarioComparison(run.job, scenario).catch(() => null);
  }

  rename(name: string): Promise<boolean> {
    const old = this.chosen;
    return this.attempt(async () => {
      if (old) this.take(await api.renameScenario(old, name.trim()), old);
    });
  }

  copy(name: string): Promise<boolean> {
    const from = this.chosen;
    return this.attempt(async () => {
      if (from) this.take(await api.copyScenario(from, name.trim()));
    });
  }

  remove(): Promise<boolean> {
    const name = this.chosen;
    return this.attempt(async () => {
      if (name) await api.deleteScenario(name);
      this.chosen = null;
      await this.reload();
    });
  }

  private take(scenario: Scenario, before = scenario.name): void {
    const others = this.list.filter((one) => one.name !== before && one.name !== scenario.name);
    this.list = [...others, scenario].sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'));
    this.chosen = scenario.name;
    plan.forgetDescriptions();
  }

  // --- edits

  private saving: Promise<unknown> = Promise.resolve();

  /** One change after the other: each is of what the one before left. */
  private change(next: (edits: Edit[]) => Edit[]): Promise<boolean> {
    const change = async (): Promise<boolean> => {
      const scenario = this.scenario;
      if (!scenario) return false;
      const began = performance.now();
      const saved = await this.attempt(async () => {
        this.take(await api.saveEdits(scenario.name, next(scenario.edits), scenario.revision));
      });
      return saved && this.ask(began);
    };
    const done = this.saving.then(change, change);
    this.saving = done;
    return done;
  }

  add(...added: Edit[]): Promise<boolean> {
    return this.change((edits) => [...edits, ...added]);
  }

  drop(at: number): Promise<boolean> {
    return this.change((edits) => edits.filter((_, other) => other !== at));
  }

  /** Takes the last edit back. */
  undo(): Promise<boolean> {
    return this.change((edits) => edits.slice(0, -1));
  }

  move(station: string, to: LonLat): Promise<boolean> {
    return this.change((edits) => moveStation(edits, station, roundPlace(to)));
  }

  /** Adds the edits that a feature proposes, to the chosen scenario or a new one. */
  async adopt(edits: Edit[]): Promise<void> {
    await this.show();
    if (!this.scenario) {
      const taken = this.list.map((one) => one.name);
      if (!(await this.create(makeFreshName(plan.text.scenarioStem, [], taken)))) return;
    }
    await this.add(...edits);
  }

  /** Makes a proposed plan a scenario of its own and shows what coverage comes to under it. */
  async takeUp(proposal: Proposal): Promise<void> {
    await this.show();
    const taken = this.list.map((one) => one.name);
    const { name: stem, edits } = proposal.scenario;
    const name = taken.includes(stem) ? makeFreshName(`${stem} `, [], taken) : stem;
    const made = await this.attempt(async () => this.take(await api.createScenario(name, edits)));
    if (made) await this.ask();
  }

  /** A place was pointed at with the tool in hand. */
  async place(at: LonLat, hits: Hit[]): Promise<void> {
    const tool = this.tool;
    if (!tool || !this.scenario) return;
    const edits = this.scenario.edits;
    const here = roundPlace(at);
    const stems = plan.text.newThings;
    switch (tool) {
      case 'station':
        await this.add({
          edit: 'add_station',
          name: makeFreshName(stems.station, edits),
          at: here,
          kind: this.kind,
        });
        return;
      case 'hydrant':
        await this.add({ edit: 'add_hydrant', name: makeFreshName(stems.hydrant, edits), at: here });
        return;
      case 'water':
        await this.add({
          edit: 'add_water',
          name: makeFreshName(stems.water, edits),
          at: here,
          kind: 'pool',
        });
        return;
      case 'close_station':
        return this.onFeature('stations', hits, (station) => ({ edit: tool, station }));
      case 'open_road':
      case 'close_road':
        return this.onFeature('roads', hits, (road) => ({ edit: tool, road }));
      case 'widen_road':
      case 'strengthen_road':
        return this.onFeature('roads', hits, (road) => this.withFact(tool, { edit: tool, road }));
    }
  }

  /** A line was drawn with the tool in hand. */
  async draw(line: LonLat[]): Promise<void> {
    const tool = this.tool;
    if (!this.scenario || (tool !== 'road' && tool !== 'bridge')) return;
    const name = makeFreshName(plan.text.newThings[tool], this.scenario.edits);
    const edit = this.withFact(tool, {
      edit: 'add_road',
      name,
      line: line.map(roundPlace),
      bridge: tool === 'bridge',
    });
    if (edit) await this.add(edit);
  }

  private withFact(tool: Tool, edit: Edit): Edit | null {
    const fact = FACTS[tool];
    const value = Number(this.facts[tool]);
    if (!fact) return edit;
    if (!Number.isFinite(value) || value <= 0) {
      this.failure = plan.text.notANumber;
      return null;
    }
    return { ...edit, [fact.name]: value };
  }

  private async onFeature(
    collection: string,
    hits: Hit[],
    edit: (reference: string) => Edit | null,
  ): Promise<void> {
    const hit = hits.find((one) => one.collection === collection);
    if (!hit) {
      this.failure = plan.text.nothingHit(plan.title(collection));
      return;
    }
    const feature = await api.loadFeature(collection, hit.id).catch(() => null);
    const made = feature && edit(nameFeature(feature));
    if (made) await this.add(made);
  }

  // --- figures

  /**
   * Asks the question on show again under the scenario. Where the question can be followed, the figures and what changes are
   * there at once, held against the run of the area as it is; the whole run comes when the hand has come to rest.
   */
  async ask(began = performance.now()): Promise<boolean> {
    clearTimeout(this.resting);
    const turn = ++this.turn;
    const scenario = this.chosen;
    const base = await this.base();
    if (!base) return true;
    if (!scenario) {
      plan.comparison = null;
      await plan.openRun(base.job);
      return true;
    }
    const live = plan.processes.find((process) => process.id === base.process)?.fireplan?.live;
    if (!live) return this.attempt(() => this.whole(scenario, base, turn, began));
    const answered = await this.attempt(async () => {
      const comparison = await api.loadScenarioComparison(base.job, scenario);
      if (turn !== this.turn) return;
      await plan.showFollowed(base.job, comparison, () => (this.took_ms = performance.now() - began));
    });
    const whole = () => void this.attempt(() => this.whole(scenario, base, turn));
    if (answered && turn === this.turn) this.resting = setTimeout(whole, REST_MS);
    return answered;
  }

  private resting: ReturnType<typeof setTimeout> | undefined;
  /** Counts the questions: what was asked before the last one is no longer waited for. */
  private turn = 0;

  /** What the scenario is held against. */
  private async base(): Promise<Base | null> {
    const judge = plan.processes.find(({ id }) => id === plan.activeRun?.process)?.fireplan?.judged_by;
    const run = plan.runs.find(
      (run) => run.process === judge && run.status === 'successful' && !run.settings?.scenario,
    );
    if (run) await plan.openRun(run.job);
    return plan.baseRun();
  }

  /** The whole run; given up as soon as another question is asked. */
  private async whole(scenario: string, base: Base, turn: number, began?: number): Promise<void> {
    const job = await api.startRun(base.process, { ...base.inputs, scenario });
    for (;;) {
      const { status, message } = await api.loadJob(job);
      if (turn !== this.turn) {
        if (status !== 'successful') await api.dismissRun(job).catch(() => null);
        return;
      }
      if (status === 'successful') break;
      if (status === 'failed' || status === 'dismissed') throw new Error(message ?? status);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const results = await api.loadResults(job);
    if (turn !== this.turn) return;
    plan.takeAnswer(base.process, job, results, { ...base.settings, scenario });
    await plan.compareWith(base.job);
    if (began !== undefined) this.took_ms = performance.now() - began;
    const before = this.asked.get(scenario);
    this.asked.set(scenario, job);
    if (before && before !== job && before !== base.job) await plan.forgetRun(before);
  }
}

export const scenarios = new Scenarios();
