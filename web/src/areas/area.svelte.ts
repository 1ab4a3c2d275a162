/** The area that the server was opened on. */

import type { Landing } from '../api/types';

export class Area {
  landing = $state.raw<Landing | null>(null);
  /** Why the page could not be loaded, for the person at it. */
  failure = $state<string | null>(null);
  /** The server was reached, and refused. */
  isRefused = $state(false);
}
