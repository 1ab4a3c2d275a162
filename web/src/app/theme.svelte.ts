/** The page is light or dark as chosen on it, or else as the system is set. */

import type { Theme } from '../api/types';

export class PageTheme {
  chosen = $state<Theme | null>(null);
  systemDark = $state(false);
  readonly current: Theme = $derived(this.chosen ?? (this.systemDark ? 'dark' : 'light'));
}
