/** The scenarios of the area, and the one that is edited. */

import type { Feature, Scenario } from '../api/types';
import type { PageLanguage } from '../text/pageLanguage.svelte';
import { listMarks, listStations } from './marks';

export class ScenarioChoice {
  panelOpen = $state(false);
  list = $state.raw<Scenario[]>([]);
  chosenName = $state<string | null>(null);
  /** Number of changes that are on their way to the server or whose figures are being asked for. */
  private pending = $state(0);
  readonly busy = $derived(this.pending > 0);
  failure = $state('');
  /** How long the last edit took until its figures were on the page, in milliseconds. */
  elapsed = $state<number | null>(null);
  /** The stations of the area as it is. */
  areaStations = $state.raw<Feature[]>([]);
  private readonly language: PageLanguage;

  readonly chosen = $derived(this.list.find((one) => one.name === this.chosenName) ?? null);
  /** While the panel is closed, the map shows the area as it is. */
  private readonly edits = $derived(this.panelOpen && this.chosen ? this.chosen.edits : null);
  readonly stations = $derived(this.edits ? listStations(this.areaStations, this.edits) : []);
  readonly marks = $derived(this.edits ? listMarks(this.areaStations, this.edits) : []);

  constructor(language: PageLanguage) {
    this.language = language;
  }

  /** Shows in the panel what went wrong; returns whether all went well. */
  async attempt(work: () => Promise<void>): Promise<boolean> {
    this.failure = '';
    return this.keepBusy(async () => {
      try {
        await work();
        return true;
      } catch (error) {
        this.failure = this.language.explainError(error);
        return false;
      }
    });
  }

  /** Says that it is busy until the work has ended, also between its parts. */
  async keepBusy<T>(work: () => Promise<T>): Promise<T> {
    this.pending += 1;
    try {
      return await work();
    } finally {
      this.pending -= 1;
    }
  }

  /** Chooses a scenario as the server returned it; a renamed one was listed under the name `before`. */
  putScenario(scenario: Scenario, before = scenario.name): void {
    const others = this.list.filter((one) => one.name !== before && one.name !== scenario.name);
    this.list = [...others, scenario].sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'));
    this.chosenName = scenario.name;
  }
}
