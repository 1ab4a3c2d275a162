/** Scenarios: proposed changes to the area, in order. */

import type { Label, LonLat } from './basics';

/** One proposed change; `edit` says of which kind, and the kind says which of the other fields it has. */
export interface Edit {
  edit: string;
  name?: string;
  at?: LonLat;
  to?: LonLat;
  line?: LonLat[];
  station?: string;
  road?: string;
  kind?: string;
  [fact: string]: unknown;
}

export interface Scenario {
  name: string;
  revision: number;
  edits: Edit[];
  /** Each edit in words. */
  texts: Label[];
}
