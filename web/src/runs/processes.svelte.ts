/** The analyses that can be run. */

import * as api from '../api/client';
import type { Label, Process, ProcessSummary, Run, Settings } from '../api/types';
import { parseLabel } from '../text/language';
import type { PageLanguage } from '../text/pageLanguage.svelte';
import { makeFields, type Choice } from './fields';
import { nameRuleSetting } from './inputs';

const UNCHANGED: Settings = { profile: 'national', set: [], as_of: null, scenario: null };

export class Processes {
  list = $state.raw<ProcessSummary[]>([]);
  /** The names of rule profiles by their codes, which every description has among its inputs. */
  private profiles = $state.raw<Record<string, Label>>({});
  /** The code of the profile that the service was started with; empty until a description tells. */
  private startProfile = $state('');
  /** The rules that can be set by hand, as every description offers them. */
  private offered = $state.raw<Choice[]>([]);
  private readonly language: PageLanguage;
  private readonly descriptions = new Map<string, Promise<Process>>();

  constructor(language: PageLanguage) {
    this.language = language;
  }

  findProcess(id: string | undefined): ProcessSummary | undefined {
    return this.list.find((process) => process.id === id);
  }

  findTitle(id: string): string {
    return this.language.translateLabel(parseLabel(this.findProcess(id)?.title ?? id));
  }

  /** Describes the inputs of a process; a failed answer is asked for again. */
  loadProcess(id: string): Promise<Process> {
    const known = this.descriptions.get(id) ?? api.loadProcess(id);
    this.descriptions.set(id, known);
    known.then(
      (process) => this.readProfiles(process),
      () => this.descriptions.delete(id),
    );
    return known;
  }

  /** A profile whose name is not known yet is asked for, and only called local rules until then. */
  nameProfile = (code: string): string => {
    const name = this.language.translateLabel(this.profiles[code]);
    if (!Object.keys(this.profiles).length && this.list.length)
      void this.loadProcess(this.list[0]!.id).catch(() => undefined);
    return name || this.language.text.localRules;
  };

  /** Names the rules that hold where none are chosen; `unknown` until the service has told them. */
  nameStartProfile(unknown: string): string {
    const name = this.nameProfile(this.startProfile);
    return this.startProfile ? name : unknown;
  }

  /** Writes profile and scenario in a few words; for the area as it is under the national rules there are none. */
  describeSettings(run: Run): string {
    const {
      profile,
      set,
      as_of,
      scenario,
      scenario_revision: revision,
      sensitivity,
    } = run.settings ?? UNCHANGED;
    const parts = [
      scenario && revision ? `${scenario} ${this.language.text.revision(revision)}` : (scenario ?? ''),
      profile === 'national' ? '' : this.nameProfile(profile),
      as_of ?? '',
      ...this.nameRules(set),
      sensitivity ? this.language.text.robustnessTested : '',
    ];
    return parts.filter(Boolean).join(' · ');
  }

  /** Writes the rules that were set by hand: `响应时间 8 分钟`. */
  nameRules(set: string[]): string[] {
    if (set.length && !this.offered.length && this.list.length)
      void this.loadProcess(this.list[0]!.id).catch(() => undefined);
    return set.map((one) => nameRuleSetting(one, this.offered, this.language.current));
  }

  private readProfiles(process: Process): void {
    const fields = makeFields(process);
    const rules = fields.find(({ name }) => name === 'set');
    if (rules?.kind === 'texts') this.offered = rules.offered;
    const field = fields.find(({ name }) => name === 'profile');
    if (field?.kind === 'choice') {
      this.startProfile = field.start;
      this.profiles = Object.fromEntries(field.choices.map(({ value, label }) => [String(value), label]));
    }
  }

  /** Scenarios are among the choices of the inputs, so a change of them makes the descriptions outdated. */
  forgetDescriptions(): void {
    this.descriptions.clear();
  }
}
