/** The area that the server was opened on: its name, sources, data notes and runs. */

import type { Code, Extent, Label } from './basics';
import type { Refusal, Run } from './runs';

export interface Note {
  severity: 'info' | 'warning' | 'leftout';
  layer: string | null;
  text: Label;
  count: number;
  examples: string[];
}

export interface Source {
  layer: string;
  source: string;
  crs: string;
  read: number;
  kept: number;
  sha256: string;
}

/** A background map that the operator configured; without one nothing is loaded from other servers. */
export interface Basemap {
  id: string;
  title: Label;
  /** The address of a Web Mercator tile, with {z}, {x} and {y} to be filled in. */
  url: string;
  maxzoom?: number;
}

export interface Landing {
  title: string;
  fireplan: {
    name: string;
    synthetic: boolean;
    crs: string;
    extent_wgs84: Extent | null;
    version: string;
    layers?: Code[];
    sources: Source[];
    notes: Note[];
    runs: (Run | Refusal)[];
    basemaps?: Basemap[];
  };
}
