/** How collections are drawn: MapLibre style layers with the legend beside them. */

import type { Label } from './basics';

export type Theme = 'light' | 'dark';

export interface LegendEntry {
  label: Label;
  color: string;
  shape: 'line' | 'fill' | 'circle';
  code?: string;
  /** The outline, dash and width are there where the style draws them. */
  outline?: string;
  dash?: number[];
  width?: number;
}

export interface StyleLayer {
  id: string;
  type: string;
  source?: string;
  'source-layer'?: string;
  minzoom?: number;
  maxzoom?: number;
  filter?: unknown;
  layout?: Record<string, unknown>;
  paint?: Record<string, unknown>;
  metadata?: { legend?: LegendEntry[] };
}

export interface Style {
  version: 8;
  name?: string;
  sources: Record<string, unknown>;
  layers: StyleLayer[];
  metadata?: Record<string, unknown>;
}
