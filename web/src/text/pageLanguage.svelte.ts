/** The language that the page is shown in. */

import { NO_ANSWER } from '../api/client';
import type { Label } from '../api/types';
import { joinList, joinPair, parseLabel, texts, translateLabel, type Language } from './language';

export class PageLanguage {
  current = $state<Language>('zh');
  readonly text = $derived(texts[this.current]);

  translateLabel(label: Label | null | undefined): string {
    return translateLabel(label, this.current);
  }

  joinPair(name: string, value: string): string {
    return joinPair(name, value, this.current);
  }

  joinList(items: string[]): string {
    return joinList(items, this.current);
  }

  /** The server writes what went wrong in both languages; where it does not answer, the page has its own words. */
  explainError(error: unknown): string {
    if (error instanceof Error && 'status' in error && error.status === NO_ANSWER) return this.text.noAnswer;
    return this.translateLabel(parseLabel(error instanceof Error ? error.message : String(error)));
  }
}
