/** A short message over the page that goes away by itself; screen readers read it out. */

import type { PageLanguage } from '../text/pageLanguage.svelte';

export class Messages {
  /** Empty while there is nothing to say. */
  shown = $state('');
  private readonly language: PageLanguage;

  constructor(language: PageLanguage) {
    this.language = language;
  }

  showMessage(message: string): void {
    this.shown = message;
  }

  showError(error: unknown): void {
    this.shown = this.language.explainError(error);
  }
}
