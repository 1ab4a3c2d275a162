/**
 * What the server answers and takes, under the names that the page uses. The types themselves are generated from the
 * server's description of its interface: `make api` writes them anew.
 */

import type { components } from './api.gen';

type Schemas = components['schemas'];

export type Answer = Schemas['Answer'];
export type Basemap = Schemas['Basemap'];
export type Change = Schemas['Change'];
export type Check = Schemas['Check'];
export type Collection = Schemas['CollectionDescription'];
export type Column = Schemas['Column'];
export type Comparison = Schemas['LinkedComparison'];
export type Confirmed = NonNullable<Schemas['EditsRequest']['confirmed']>[number];
/** An edit as it is proposed; the server adds what is left out. */
export type Edit = Schemas['EditsRequest']['edits'][number];
export type EditReference = Schemas['EditReference'];
export type Feature = Schemas['Feature'];
export type FeatureCollection = Schemas['FeatureCollection'];
export type FeaturePage = Schemas['FeaturePage'];
export type Figure = Schemas['Figure'];
export type GeometryKind = Schemas['GeometryKind'];
export type Job = Schemas['JobStatus'];
export type Label = Schemas['Label'];
export type Landing = Schemas['Landing'];
export type LayerChange = Schemas['PublishedChange'];
export type LegendEntry = Schemas['LegendEntry'];
export type LostReference = Schemas['LostReference'];
export type RefusedEdit = Schemas['RefusedEdit'];
export type LayerQuality = Schemas['LayerQuality'];
export type Note = Schemas['Note'];
export type NoteQuality = Schemas['NoteQuality'];
export type PackageList = Schemas['PackageList'];
export type PackageOrder = Partial<Schemas['PackageOrderRequest']>;
export type PackageStatus = Schemas['PackageStatus'];
export type PersonDescription = Schemas['PersonDescription'];
export type PlanFacts = Schemas['PlanFactsDocument'];
export type ProblemDetails = Schemas['ProblemDetails'];
export type ProcessSummary = Schemas['ProcessSummary'];
export type Proposal = Schemas['Proposal'];
export type QualityCase = Schemas['QualityCase'];
export type QualityEffects = Schemas['EffectsDescription'];
export type QualityReport = Schemas['QualityDescription'];
export type Results = Schemas['Results'];
export type ResultSummary = Schemas['ResultSummary'];
export type RuleEntry = Schemas['InForce'];
export type RulesInForce = Schemas['RulesInForce'];
export type Scenario = Schemas['ScenarioDescription'];
export type ScenarioHistory = Schemas['ScenarioHistory'];
export type Settings = Schemas['Settings'];
export type StationKind = Schemas['StationKind'];
export type Status = Schemas['Status'];
export type Style = Schemas['Style'];
export type StyleLayer = Schemas['StyleLayer'];
export type Table = Schemas['ResultTable'];
export type Tally = Schemas['Tally'];
export type TrailPage = Schemas['TrailPage'];
export type Value = Schemas['CellValue'] | null;
export type Verdict = Schemas['Verdict'];

/** West, south, east and north, in degrees. */
export type Extent = NonNullable<Landing['fireplan']['extent_wgs84']>;
export type LonLat = Extract<Edit, { edit: 'move_station' }>['to'];
export type Theme = components['parameters']['theme'];

/** A run of the session; of one that was started here, the server has not said more yet. */
export type Run = Pick<Schemas['RunSummary'], 'job' | 'process' | 'status'> & Partial<Schemas['RunSummary']>;

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

export type ProcessInput = Omit<Schemas['ProcessInput'], 'schema'> & { schema: Schema };
export type Process = Omit<Schemas['ProcessDescription'], 'inputs'> & {
  inputs: Record<string, ProcessInput>;
};
