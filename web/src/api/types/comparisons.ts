/** What is gained and lost from one run to another of the same analysis. */

import type { Label } from './basics';
import type { Verdict } from './findings';
import type { Settings } from './runs';

export interface Tally {
  features: number;
  people: number | null;
  length_m: number | null;
}

export type Change = 'gained' | 'new' | 'changed' | 'gone' | 'lost';

export interface Move extends Tally {
  before: Label | null;
  after: Label | null;
  change: Change;
}

export interface LayerChange {
  layer: string;
  title: Label;
  column: Label;
  gained: Tally;
  lost: Tally;
  moves: Move[];
  /** The collection of the features that changed; `null` if none did. */
  collection: string | null;
}

export interface RuleText {
  value: Label;
  cite: string;
}

/** What changes from one run to another of the same process. */
export interface Comparison {
  id: string;
  process: string;
  before: { job: string; settings: Settings };
  /** Without a job these are figures computed for a scenario before its whole run. */
  after: { job: string | null; settings: Settings };
  settings: { name: string; before: unknown; after: unknown }[];
  figures: {
    name: string;
    label: Label;
    unit: string;
    before: number | null;
    after: number | null;
    difference: number | null;
  }[];
  layers: LayerChange[];
  checks: {
    subject: string;
    rule: string;
    cite: string;
    before: Verdict | null;
    after: Verdict | null;
    text: Label;
  }[];
  rules: { key: string; label: Label; before: RuleText | null; after: RuleText | null }[];
}
