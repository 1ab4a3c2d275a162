/**
 * Everything the server says, as types, and the only place that asks it.
 *
 * Addresses are relative to the page, so that the service may stand behind any path.
 */

/** A text in both languages, Chinese first. */
export interface Label {
  zh: string;
  en: string;
}

export type Value = null | boolean | number | string;

export interface Code {
  code: string;
  label: Label;
}

export interface Column {
  name: string;
  label: Label;
  /** A `label` is text in both languages, `中文 | English`; `edits` are what a scenario takes, in JSON. */
  kind: 'bool' | 'int' | 'float' | 'text' | 'label' | 'edits';
  unit: string;
  codes?: Code[];
  /** An empty cell says that there is nothing to say, not that nobody knows. */
  sparse?: boolean;
}

export type GeometryKind = 'none' | 'point' | 'line' | 'polygon' | 'mixed';

export interface Link {
  href: string;
  rel: string;
  type?: string;
  title?: string;
}

/** West, south, east, north in degrees. */
export type Extent = [number, number, number, number];

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
    /** The two runs it compares; then `job` is the comparison. */
    compared?: string[] | null;
    /** Its name within the area or the run. */
    layer?: string;
    geometry: GeometryKind;
    title: Label;
    columns: Column[];
    drawing: { kind: 'plain' | 'coded' | 'graded'; column?: string; breaks?: number[] };
    /** Off the map until asked for. */
    quiet?: boolean;
    count: number;
    /** Each feature has a sheet to be printed. */
    sheets?: boolean;
    /** What is marked along with a feature that is chosen. */
    companions?: Companion[];
  };
}

/** Features of another layer of the same run whose `column` holds what a feature has in `of`, or its number. */
export interface Companion {
  layer: string;
  column: string;
  of: string | null;
}

export interface Note {
  severity: 'info' | 'warning' | 'leftout';
  layer: string | null;
  text: Label;
  count: number;
  examples: string[];
}

export type Status = 'accepted' | 'running' | 'successful' | 'failed' | 'dismissed';

export interface Run {
  job: string;
  process: string;
  status: Status;
  progress?: number | null;
  /** `中文 | English`. */
  message?: string | null;
  settings?: Settings;
}

/** What a run rests on beside its question. */
export interface Settings {
  profile: string;
  /** `key=value`. */
  set: string[];
  scenario: string | null;
}

/** A question that this area cannot answer, and why. */
export interface Refusal {
  job: null;
  process: string;
  status: 'refused';
  message: Label;
}

export interface Source {
  layer: string;
  source: string;
  crs: string;
  read: number;
  kept: number;
  sha256: string;
}

/** A background map the operator configured; there is none unless the server names one. */
export interface Basemap {
  id: string;
  title: Label;
  /** Web Mercator tile address with {z}, {x}, {y}. */
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

/** The part of JSON Schema that process inputs use. */
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
    /** Layers the area would need to have. */
    lacks: { id: string; label: Label }[];
    /** A run of the area as it is can be followed under scenarios. */
    live?: boolean;
    /** A search that can be told to end with the best found so far. */
    settles?: boolean;
    /** The process whose figures tell what its plans come to, if not itself. */
    judged_by?: string | null;
  };
}

export interface Process extends ProcessSummary {
  inputs: Record<string, ProcessInput>;
}

export interface Job {
  jobID: string;
  processID?: string;
  status: Status;
  progress?: number | null;
  message?: string;
  fireplan?: { settings: Settings };
}

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
  /** How the rows make a curve, if they do: columns along the bottom, of the lines, and of what is marked. */
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
  /** The feature it speaks of, where it is one of a layer. */
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
  /** The pack it comes from. */
  origin: string;
}

export interface RulesInForce {
  packs: { origin: string; title: string; document: string; date: string; note: string; sha256: string }[];
  entries: RuleEntry[];
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
  inputs: { source: string; sha256: string }[];
}

/** A question people ask of the findings, answered in words. */
export interface Answer {
  question: Label;
  answer: Label;
}

/** Changes that the findings propose, to be taken up as a scenario. */
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
  /** Ids of the collections the run made. */
  layers: string[];
}

export type LonLat = [number, number];

/** One proposed change; which fields it has hangs on its kind. */
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
  /** The edits in words. */
  texts: Label[];
}

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
  /** Holds what changed; none if nothing did. */
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
  /** No job: figures that follow a scenario, before any run. */
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

export interface LegendEntry {
  label: Label;
  color: string;
  shape: 'line' | 'fill' | 'circle';
  code?: string;
  /** Outline, dash and size where the drawing has them. */
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

export type Theme = 'light' | 'dark';

/** The server refused or could not be reached; the message is for people. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const root = new URL('.', document.baseURI);

export function address(path: string): string {
  return new URL(path, root).href;
}

async function ask(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address(path), {
      ...init,
      headers: { Accept: 'application/json', ...init?.headers },
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, String(error));
  }
  if (!response.ok) {
    const problem = (await response.json().catch(() => null)) as { title?: string; detail?: string } | null;
    throw new ApiError(response.status, problem?.detail ?? problem?.title ?? response.statusText);
  }
  return response;
}

const json = (method: string, body?: unknown): RequestInit => ({
  method,
  ...(body === undefined
    ? {}
    : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
});

async function send<T>(path: string, method: string, body?: unknown): Promise<T> {
  return (await ask(path, json(method, body))).json() as Promise<T>;
}

async function get<T>(path: string, init?: RequestInit): Promise<T> {
  return (await ask(path, init)).json() as Promise<T>;
}

const part = encodeURIComponent;

/** Where the sheet of a feature is, to be opened and printed. */
export const sheetOf = (collection: string, id: number) =>
  address(`collections/${part(collection)}/items/${id}/sheet`);

export const api = {
  landing: () => get<Landing>('', { cache: 'no-store' }),

  collections: async () =>
    (await get<{ collections: Collection[] }>('collections', { cache: 'no-store' })).collections,

  items: (collection: string, query: Record<string, string | number>) =>
    get<FeatureCollection>(
      `collections/${part(collection)}/items?${new URLSearchParams(
        Object.entries(query).map(([key, value]) => [key, String(value)]),
      )}`,
      { headers: { Accept: 'application/geo+json' } },
    ),

  item: (collection: string, id: number) =>
    get<Feature>(`collections/${part(collection)}/items/${id}`, {
      headers: { Accept: 'application/geo+json' },
    }),

  tile: (collection: string, z: number, x: number, y: number) =>
    get<FeatureCollection>(`tiles/${part(collection)}/${z}/${x}/${y}.geojson`, {
      headers: { Accept: 'application/geo+json' },
    }),

  style: (name: string, theme: Theme) => get<Style>(`styles/${part(name)}?theme=${theme}`),

  processes: async () => (await get<{ processes: ProcessSummary[] }>('processes')).processes,

  process: (id: string) => get<Process>(`processes/${part(id)}`),

  /** Starts a run; answers the id of its job. */
  execute: async (process: string, inputs: Record<string, unknown>) => {
    const response = await ask(`processes/${part(process)}/execution`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Prefer: 'respond-async' },
      body: JSON.stringify({ inputs }),
    });
    const place = response.headers.get('Location');
    const job = place ? place.split('/').pop() : ((await response.json()) as Job).jobID;
    if (!job) throw new ApiError(response.status, 'no job');
    return job;
  },

  /** Runs and waits: the findings at once, with the id of their job. */
  answer: async (process: string, inputs: Record<string, unknown>) => {
    const response = await ask(`processes/${part(process)}/execution`, json('POST', { inputs }));
    const job = response.headers.get('Link')?.match(/\/jobs\/([^>/]+)>/)?.[1];
    if (!job) throw new ApiError(response.status, 'no job');
    return { job, results: (await response.json()) as Results };
  },

  comparison: (before: string, after: string) =>
    get<Comparison>(`jobs/${part(before)}/comparison/${part(after)}`),

  /** What a scenario changes of a run of the area as it is. */
  follow: (job: string, scenario: string) => get<Comparison>(`jobs/${part(job)}/scenarios/${part(scenario)}`),

  scenarios: async () => (await get<{ scenarios: Scenario[] }>('scenarios', { cache: 'no-store' })).scenarios,

  createScenario: (name: string, edits: Edit[] = []) => send<Scenario>('scenarios', 'POST', { name, edits }),

  editScenario: (name: string, edits: Edit[], revision: number) =>
    send<Scenario>(`scenarios/${part(name)}`, 'PUT', { edits, revision }),

  renameScenario: (name: string, to: string) =>
    send<Scenario>(`scenarios/${part(name)}`, 'PATCH', { name: to }),

  copyScenario: (name: string, to: string) =>
    send<Scenario>(`scenarios/${part(name)}/copy`, 'POST', { name: to }),

  deleteScenario: (name: string) => ask(`scenarios/${part(name)}`, { method: 'DELETE' }),

  job: (id: string) => get<Job>(`jobs/${part(id)}`, { cache: 'no-store' }),

  results: (id: string) => get<Results>(`jobs/${part(id)}/results`),

  settle: (id: string) => ask(`jobs/${part(id)}/settle`, { method: 'POST' }),

  dismiss: (id: string) => ask(`jobs/${part(id)}`, { method: 'DELETE' }),
};
