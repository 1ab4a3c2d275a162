/** The analyses that can be run. */

import * as api from '../api/client';
import type { Process, ProcessSummary } from '../api/types';
import { parseLabel } from '../text/language';
import type { PageLanguage } from '../text/pageLanguage.svelte';

export class Processes {
  list = $state.raw<ProcessSummary[]>([]);
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
    known.catch(() => this.descriptions.delete(id));
    return known;
  }

  /** Scenarios are among the choices of the inputs, so a change of them makes the descriptions outdated. */
  forgetDescriptions(): void {
    this.descriptions.clear();
  }
}
