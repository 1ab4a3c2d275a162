/** The manual: which of its places is open, and the rules that it cites, loaded when it is first opened. */

import * as api from '../api/client';
import type { RuleEntry } from '../api/types';
import type { Messages } from '../app/messages.svelte';

export class Manual {
  /** The place that is in view: a question, or one of the general parts; null: the manual is closed. */
  place = $state<string | null>(null);
  rules = $state.raw<RuleEntry[]>([]);
  private readonly messages: Messages;

  constructor(messages: Messages) {
    this.messages = messages;
  }

  open(place: string): void {
    this.place = place;
  }

  /** Loads them once; a failed answer is asked for again. */
  async loadRules(): Promise<void> {
    if (this.rules.length) return;
    try {
      this.rules = (await api.loadRules()).entries;
    } catch (error) {
      this.messages.showError(error);
    }
  }
}
