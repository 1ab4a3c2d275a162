/** The area that the server was opened on. */

import type { Landing } from '../api/types';

export class Area {
  landing = $state.raw<Landing | null>(null);
  /** The page is as its address says; only from then on the address follows the page. */
  restored = $state(false);
  /** Why the page could not be loaded, for the person at it. */
  failure = $state<string | null>(null);
  /** The server was reached, and refused. */
  isRefused = $state(false);
}
