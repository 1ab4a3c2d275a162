/** The state of the whole page: one store for each concern. A store depends only on stores that are made before it. */

import { Area } from '../areas/area.svelte';
import { ComparisonChoice } from '../comparison/comparison.svelte';
import { Selection } from '../features/selection.svelte';
import { Findings } from '../findings/findings.svelte';
import { Collections } from '../layers/collections.svelte';
import { Layers } from '../layers/layers.svelte';
import { LayerStyles } from '../layers/styles.svelte';
import { Manual } from '../manual/manual.svelte';
import { Basemaps } from '../map/basemaps.svelte';
import { MapLayers } from '../map/mapLayers.svelte';
import { MapState } from '../map/mapState.svelte';
import { PlaceMarker } from '../map/marker.svelte';
import { ShortAnswers } from '../overview/answers.svelte';
import { Packages } from '../package/packages.svelte';
import { SignedPerson } from '../people/person.svelte';
import { Quality } from '../quality/quality.svelte';
import { Processes } from '../runs/processes.svelte';
import { Runs } from '../runs/runs.svelte';
import { ScenarioChoice } from '../scenarios/scenarios.svelte';
import { ScenarioTools } from '../scenarios/tools.svelte';
import { PlaceSearch } from '../search/search.svelte';
import { Tables } from '../tables/tables.svelte';
import { PageLanguage } from '../text/pageLanguage.svelte';
import { Connection } from './connection.svelte';
import { Messages } from './messages.svelte';
import { PageTheme } from './theme.svelte';

const language = new PageLanguage();
const theme = new PageTheme();
const messages = new Messages(language);
const area = new Area();
const connection = new Connection();
const marker = new PlaceMarker();
const collections = new Collections();
const styles = new LayerStyles();
const processes = new Processes(language);
const runs = new Runs();
const findings = new Findings(area, runs, messages, processes);
const comparison = new ComparisonChoice(runs);
const layers = new Layers({ area, collections, comparison, language, runs });
const basemaps = new Basemaps(area);
const scenarios = new ScenarioChoice(language, findings, comparison);
const mapLayers = new MapLayers({ collections, comparison, layers, scenarios, styles });
const map = new MapState(area, collections, runs);
const selection = new Selection(collections, map, messages);
const tables = new Tables(collections, findings);
const tools = new ScenarioTools();
const quality = new Quality(messages);
const answers = new ShortAnswers(runs);
const manual = new Manual(messages);
const search = new PlaceSearch(collections);
const packages = new Packages(language, messages);
const person = new SignedPerson(messages);

export const app = {
  answers,
  area,
  basemaps,
  collections,
  comparison,
  connection,
  findings,
  language,
  layers,
  manual,
  map,
  mapLayers,
  marker,
  messages,
  packages,
  person,
  processes,
  quality,
  runs,
  scenarios,
  search,
  selection,
  styles,
  tables,
  theme,
  tools,
};
