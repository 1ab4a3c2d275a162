/** The analyses that can be run, and the JSON Schema of what they ask for. */

import type { Label } from './basics';

/** The part of JSON Schema that the inputs of processes use. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  enum?: unknown[];
  const?: unknown;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  pattern?: string;
  format?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
}

export interface ProcessInput {
  title?: string;
  description?: string;
  schema: Schema;
  minOccurs?: number;
}

export interface ProcessSummary {
  id: string;
  version: string;
  title: string;
  description?: string;
  fireplan?: {
    title: Label;
    description: Label;
    /** Layers that the area needs and does not have. */
    lacks: { id: string; label: Label }[];
    /** What a scenario changes can be computed at once, without a whole run. */
    live?: boolean;
    /** It is a search that can be told to end with the best plan found so far. */
    settles?: boolean;
    /** The process whose figures judge the plans it proposes, if that is another one. */
    judged_by?: string | null;
  };
}

export interface Process extends ProcessSummary {
  inputs: Record<string, ProcessInput>;
}
