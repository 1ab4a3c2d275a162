/** What a run found: figures, tables, checks against clauses, and what they rest on. */

import type { Note } from './areas';
import type { Label, Value } from './basics';
import type { Column } from './collections';
import type { Edit } from './scenarios';

export interface Figure {
  name: string;
  label: Label;
  value: number | null;
  range: [number, number] | null;
  unit: string;
  remark: Label;
}

export interface Table {
  id: string;
  title: Label;
  columns: Column[];
  rows: Value[][];
  layer: string | null;
  /** How to draw the rows as a curve: the column along the bottom, those of the lines, and the one that says which points are marked. */
  chart?: { x: string; y: string[]; mark: string | null } | null;
}

export type Verdict = 'pass' | 'warn' | 'fail' | 'undetermined';

export interface Check {
  subject: string;
  rule: string;
  cite: string;
  bound: string;
  measured: number | null;
  verdict: Verdict;
  text: Label;
  /** The feature that it is about, where it belongs to a layer. */
  feature: { layer: string; id: number } | null;
}

export interface RuleEntry {
  key: string;
  label: Label;
  value: Label;
  cite: string;
  force: 'shall' | 'should' | 'may' | 'policy' | 'default';
  confidence: 'S' | 'V2' | 'V1' | 'D' | 'unverified';
  note: string;
  /** Which rule pack it comes from. */
  origin: string;
}

export interface RulesInForce {
  packs: { origin: string; title: string; document: string; date: string; note: string; sha256: string }[];
  entries: RuleEntry[];
}

/** A number that belongs to the way a question is answered, not to a clause and not to the planner. */
export interface MethodConstant {
  name: string;
  value: number;
  unit: string;
  label: Label;
  /** Why it has this value. */
  reason: Label;
}

export interface Manifest {
  program: string;
  area: string;
  synthetic: boolean;
  crs: string;
  request: Record<string, unknown>;
  profile?: string;
  set?: string[];
  scenario?: { name: string; edits: Edit[] } | null;
  rules: RulesInForce;
  /** Sorted by name; runs of before do not say. */
  method?: MethodConstant[];
  inputs: { source: string; sha256: string }[];
}

/** A question that people ask of the findings, with its answer in words. */
export interface Answer {
  question: Label;
  answer: Label;
}

/** Changes that the findings propose; a scenario can be made from them. */
export interface Proposal {
  title: Label;
  scenario: { name: string; edits: Edit[] };
}

export interface Results {
  answers: Answer[];
  proposals: Proposal[];
  figures: Figure[];
  tables: Table[];
  checks: Check[];
  notes: Note[];
  manifest: Manifest;
  /** Ids of the collections that the run made. */
  layers: string[];
}
