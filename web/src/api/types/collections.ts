/** Layers as the server lists them, and their features. */

import type { Code, Extent, Label, Value } from './basics';

export interface Column {
  name: string;
  label: Label;
  /** A `label` is a text in both languages, `中文 | English`; `edits` are changes that a scenario takes, as JSON. */
  kind: 'bool' | 'int' | 'float' | 'text' | 'label' | 'edits';
  unit: string;
  codes?: Code[];
  /** An empty cell means that there is nothing to say, not that a fact is missing. */
  sparse?: boolean;
}

export type GeometryKind = 'none' | 'point' | 'line' | 'polygon' | 'mixed';

export interface Link {
  href: string;
  rel: string;
  type?: string;
  title?: string;
}

export interface Collection {
  id: string;
  title: string;
  description?: string;
  extent?: { spatial?: { bbox: Extent[] } };
  links: Link[];
  fireplan: {
    group: 'input' | 'result';
    process?: string | null;
    job?: string | null;
    /** The two runs that it compares; `job` is then the id of the comparison. */
    compared?: string[] | null;
    /** The name of the layer within the area or the run. */
    layer?: string;
    geometry: GeometryKind;
    title: Label;
    columns: Column[];
    drawing: { kind: 'plain' | 'coded' | 'graded'; column?: string; breaks?: number[] };
    /** The map does not show it until somebody switches it on. */
    quiet?: boolean;
    count: number;
    /** Each feature has a sheet that can be printed. */
    sheets?: boolean;
    /** Which features are marked along with the one that is selected. */
    companions?: Companion[];
  };
}

/** Names features of another layer of the same run: those whose `column` holds what a feature has in `of`, or its id. */
export interface Companion {
  layer: string;
  column: string;
  of: string | null;
}

export interface Feature {
  type: 'Feature';
  id: number;
  geometry: { type: string; coordinates: unknown } | null;
  properties: Record<string, Value>;
}

export interface FeatureCollection {
  type: 'FeatureCollection';
  features: Feature[];
  numberMatched?: number;
  numberReturned?: number;
}
