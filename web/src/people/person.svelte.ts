/** Who looks at the page, and what they may here; and the trail of what was done, for those who manage. */

import type { PersonDescription, TrailPage } from '../api/types';
import type { Messages } from '../app/messages.svelte';
import { loadPerson, loadTrail } from './requests';

export class SignedPerson {
  described = $state.raw<PersonDescription | null>(null);
  panelOpen = $state(false);
  rows = $state.raw<TrailPage['rows']>([]);
  trail = $state.raw<TrailPage | null>(null);
  /** Until it is known, the page offers everything: the service refuses what is not allowed. */
  readonly edits = $derived(this.described?.edits ?? true);
  readonly manages = $derived(this.described?.manages ?? false);
  /** Where the program serves its own machine, nobody needs to be named. */
  readonly isNamed = $derived(this.described !== null && this.described.way !== 'local');
  private readonly messages: Messages;

  constructor(messages: Messages) {
    this.messages = messages;
  }

  async load(): Promise<void> {
    await this.attempt(async () => {
      this.described = await loadPerson();
    });
  }

  async openPanel(): Promise<void> {
    this.panelOpen = true;
    await this.attempt(async () => {
      this.trail = await loadTrail();
      this.rows = this.trail.rows;
    });
  }

  async loadMore(): Promise<void> {
    const last = this.rows.at(-1);
    if (!last) return;
    await this.attempt(async () => {
      const page = await loadTrail(last.number);
      this.rows = [...this.rows, ...page.rows];
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.messages.showError(error);
    }
  }
}
