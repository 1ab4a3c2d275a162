/** The scenarios of the area, and the one that is edited. */

import type { Edit, Feature, Scenario } from '../api/types';
import type { ComparisonChoice } from '../comparison/comparison.svelte';
import type { Findings } from '../findings/findings.svelte';
import type { PageLanguage } from '../text/pageLanguage.svelte';
import {
  listMarks,
  listReplaced,
  listStations,
  type Referenced,
  type ScenarioMark,
  type ScenarioStation,
} from './marks';

/** What the map shows of a scenario. */
export interface ShownScenario {
  stations: ScenarioStation[];
  marks: ScenarioMark[];
  /** Features that are not drawn where they were, by their collection. */
  replaced: Map<string, number[]>;
  movable: boolean;
}

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
  /** What the edits on show refer to beside stations. */
  referenced = $state.raw<Referenced>({});
  private readonly language: PageLanguage;
  private readonly findings: Findings;
  private readonly comparison: ComparisonChoice;

  readonly chosen = $derived(this.list.find((one) => one.name === this.chosenName) ?? null);
  /** The scenario is being edited; otherwise what the chosen run was asked under is only shown. */
  readonly editing = $derived(this.panelOpen && this.chosen !== null);
  /** What the map shows: the scenario that is edited, or else that of the chosen run. */
  readonly edits: Edit[] = $derived.by(
    () => (this.editing ? this.chosen?.edits : this.findings.current?.manifest.scenario?.edits) ?? [],
  );
  /** The same for the left half of a split map. */
  readonly leftEdits: Edit[] = $derived.by(() => {
    const job = this.comparison.leftJob;
    return (job && this.findings.byJob[job]?.manifest.scenario?.edits) || [];
  });
  readonly shown = $derived.by(() => this.showEdits(this.edits, this.editing));
  readonly leftShown = $derived.by(() => this.showEdits(this.leftEdits, false));

  constructor(language: PageLanguage, findings: Findings, comparison: ComparisonChoice) {
    this.language = language;
    this.findings = findings;
    this.comparison = comparison;
  }

  /** Stations that the edits leave as they are have a mark only while they can be dragged. */
  private showEdits(edits: Edit[], all: boolean): ShownScenario {
    if (!edits.length && !all) return { stations: [], marks: [], replaced: new Map(), movable: false };
    const stations = listStations(this.areaStations, edits);
    return {
      stations: all ? stations : stations.filter(({ state }) => state !== 'there'),
      marks: listMarks(this.areaStations, edits, this.referenced),
      replaced: listReplaced(this.areaStations, edits, this.referenced),
      movable: all,
    };
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
