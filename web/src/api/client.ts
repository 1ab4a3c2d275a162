/**
 * The only file that sends requests. Addresses are relative to the page, so that the service may stand behind any path.
 */

import type {
  Collection,
  Comparison,
  Feature,
  FeaturePage,
  Job,
  Landing,
  PackageList,
  PackageOrder,
  PackageStatus,
  ProblemDetails,
  Process,
  ProcessSummary,
  QualityEffects,
  QualityReport,
  ResultSummary,
  Results,
  RulesInForce,
  Style,
  Theme,
} from './types';

/** The server refused or could not be reached; the message is written for the person at the page. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What the page does when nobody has signed in, or the session has ended. */
export const session = { onEnd: (): void => undefined };
/** The status of an error where no answer came at all. */
export const NO_ANSWER = 0;

const root = new URL('.', document.baseURI);
/** Layers and runs change while the page is open, so the browser must not answer from its cache. */
export const UNCACHED: RequestInit = { cache: 'no-store' };
const GEOJSON: RequestInit = { headers: { Accept: 'application/geo+json' } };
const VECTOR_TILE: RequestInit = { headers: { Accept: 'application/vnd.mapbox-vector-tile' } };

export const escapePart = encodeURIComponent;

function resolveAddress(path: string): string {
  return new URL(path, root).href;
}

export async function sendRequest(path: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(resolveAddress(path), {
      ...init,
      headers: { Accept: 'application/json', 'X-Requested-With': 'fireplan', ...init?.headers },
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(NO_ANSWER, String(error));
  }
  if (response.status === 401) session.onEnd();
  if (!response.ok) {
    const problem = (await response.json().catch(() => null)) as Partial<ProblemDetails> | null;
    throw new ApiError(response.status, problem?.detail ?? problem?.title ?? response.statusText);
  }
  return response;
}

export async function loadJson<T>(path: string, init?: RequestInit): Promise<T> {
  return (await sendRequest(path, init)).json() as Promise<T>;
}

export function makeRequest(method: string, body: unknown, headers?: Record<string, string>): RequestInit {
  return {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

export function loadLanding(): Promise<Landing> {
  return loadJson('', UNCACHED);
}

export async function loadCollections(): Promise<Collection[]> {
  return (await loadJson<{ collections: Collection[] }>('collections', UNCACHED)).collections;
}

export function loadFeatures(
  collection: string,
  query: Record<string, string | number>,
): Promise<FeaturePage> {
  const fields = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  return loadJson(`collections/${escapePart(collection)}/items?${fields}`, GEOJSON);
}

export function loadFeature(collection: string, id: number): Promise<Feature> {
  return loadJson(`collections/${escapePart(collection)}/items/${id}`, GEOJSON);
}

export async function loadTile(collections: string[], z: number, x: number, y: number): Promise<ArrayBuffer> {
  const query = `collections=${collections.map(escapePart).join(',')}`;
  return (await sendRequest(`tiles/${z}/${x}/${y}.mvt?${query}`, VECTOR_TILE)).arrayBuffer();
}

/** The address at which the printable sheet of a feature opens. */
export function makeSheetAddress(collection: string, id: number): string {
  return resolveAddress(`collections/${escapePart(collection)}/items/${id}/sheet`);
}

/** The address of the printable sheets of all features that the query finds. */
export function makeSheetsAddress(collection: string, query: Record<string, string>): string {
  return resolveAddress(`collections/${escapePart(collection)}/sheets?${new URLSearchParams(query)}`);
}

export function loadStyle(name: string, theme: Theme): Promise<Style> {
  return loadJson(`styles/${escapePart(name)}?theme=${theme}`);
}

export async function loadProcesses(): Promise<ProcessSummary[]> {
  return (await loadJson<{ processes: ProcessSummary[] }>('processes')).processes;
}

export function loadProcess(id: string): Promise<Process> {
  return loadJson(`processes/${escapePart(id)}`);
}

/** Starts a run and returns the id of its job at once. */
export async function startRun(process: string, inputs: Record<string, unknown>): Promise<string> {
  const request = makeRequest('POST', { inputs }, { Prefer: 'respond-async' });
  const response = await sendRequest(`processes/${escapePart(process)}/execution`, request);
  const address = response.headers.get('Location');
  const job = address ? address.split('/').pop() : ((await response.json()) as Job).jobID;
  if (!job) throw new ApiError(response.status, 'no job');
  return job;
}

/** Starts a run and waits until its findings are there. */
export async function finishRun(
  process: string,
  inputs: Record<string, unknown>,
): Promise<{ job: string; results: Results }> {
  const request = makeRequest('POST', { inputs });
  const response = await sendRequest(`processes/${escapePart(process)}/execution`, request);
  const job = response.headers.get('Link')?.match(/\/jobs\/([^>/]+)>/)?.[1];
  if (!job) throw new ApiError(response.status, 'no job');
  return { job, results: (await response.json()) as Results };
}

export function loadJob(id: string): Promise<Job> {
  return loadJson(`jobs/${escapePart(id)}`, UNCACHED);
}

/** Loads the figures of a run and how much else it found, which is much smaller than its findings. */
export function loadSummary(job: string): Promise<ResultSummary> {
  return loadJson(`jobs/${escapePart(job)}/summary`);
}

export function loadResults(job: string): Promise<Results> {
  return loadJson(`jobs/${escapePart(job)}/results`);
}

/** Ends a search with the best plan found so far. */
export function settleRun(job: string): Promise<Response> {
  return sendRequest(`jobs/${escapePart(job)}/settle`, { method: 'POST' });
}

/** Names a run, or pins it so that it goes only when somebody deletes it. */
export function describeRun(job: string, change: { name?: string; pinned?: boolean }): Promise<Job> {
  return loadJson(`jobs/${escapePart(job)}`, makeRequest('PATCH', change));
}

/** Stops a run that is going on, or deletes one that has ended. */
export function dismissRun(job: string): Promise<Response> {
  return sendRequest(`jobs/${escapePart(job)}`, { method: 'DELETE' });
}

export function loadComparison(before: string, after: string): Promise<Comparison> {
  return loadJson(`jobs/${escapePart(before)}/comparison/${escapePart(after)}`);
}

/** What is to be said of the data, with every case; it changes only by the effects of its doubts. */
export function loadQuality(): Promise<QualityReport> {
  return loadJson('quality', UNCACHED);
}

/** The address at which the report opens as a page to print. */
export function makeReportAddress(language: string): string {
  return resolveAddress(`quality?f=html&lang=${language}`);
}

export function loadEffects(): Promise<QualityEffects> {
  return loadJson('quality/effects', UNCACHED);
}

export async function startEffects(): Promise<QualityEffects> {
  return (await sendRequest('quality/effects', { method: 'POST' })).json() as Promise<QualityEffects>;
}

export async function stopEffects(): Promise<QualityEffects> {
  return (await sendRequest('quality/effects', { method: 'DELETE' })).json() as Promise<QualityEffects>;
}

/** Asks for something small; no answer within this time is none. */
export async function reachService(): Promise<boolean> {
  const request = { ...UNCACHED, signal: AbortSignal.timeout(3400) };
  return sendRequest('conformance', request).then(
    () => true,
    (error: unknown) => error instanceof ApiError && error.status !== NO_ANSWER,
  );
}

/** The rules in force, with their clauses. */
export function loadRules(): Promise<RulesInForce> {
  return loadJson('rules');
}

/** The packages made so far, what they can hold, and what is known of the plan. */
export function loadPackages(): Promise<PackageList> {
  return loadJson('packages', UNCACHED);
}

export function orderPackage(order: PackageOrder): Promise<PackageStatus> {
  return loadJson('packages', makeRequest('POST', order));
}

export function loadPackage(id: string): Promise<PackageStatus> {
  return loadJson(`packages/${escapePart(id)}`, UNCACHED);
}

/** Stops making a package, or removes one that was made. */
export function dismissPackage(id: string): Promise<PackageStatus> {
  return loadJson(`packages/${escapePart(id)}`, { method: 'DELETE' });
}

/** The address of the archive of a package. */
export function makePackageAddress(id: string): string {
  return resolveAddress(`packages/${escapePart(id)}/zip`);
}

/** The addresses of files that are made of a layer, of a table, of the map. */
export function makeItemsAddress(collection: string, query: Record<string, string>): string {
  return resolveAddress(`collections/${escapePart(collection)}/items?${new URLSearchParams(query)}`);
}

export function makeTableAddress(job: string, table: string, query: Record<string, string>): string {
  return resolveAddress(`jobs/${escapePart(job)}/tables/${escapePart(table)}?${new URLSearchParams(query)}`);
}

export function makeMapAddress(query: Record<string, string>): string {
  return resolveAddress(`map?${new URLSearchParams(query)}`);
}

/** Loads a file with the name that the server gives it. */
export async function loadFile(address: string): Promise<{ blob: Blob; name: string }> {
  const response = await sendRequest(address, { ...UNCACHED, headers: { Accept: '*/*' } });
  const name = response.headers.get('Content-Disposition')?.match(/filename\*=UTF-8''(.+)$/)?.[1];
  return { blob: await response.blob(), name: decodeURIComponent(name ?? 'fireplan') };
}
