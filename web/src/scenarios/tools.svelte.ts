/** The tools that edit a scenario on the map, and what is set on each. */

import type { StationKind } from '../api/types';

export const TOOLS = [
  'station',
  'close_station',
  'widen_road',
  'strengthen_road',
  'open_road',
  'close_road',
  'remove_obstacle',
  'road',
  'bridge',
  'hydrant',
  'water',
] as const;

export type Tool = (typeof TOOLS)[number];

/** Tools that draw a line; the others point at a place or at a feature. */
export const LINE_TOOLS: Tool[] = ['road', 'bridge'];
export const FEATURE_TOOLS: Tool[] = [
  'close_station',
  'widen_road',
  'strengthen_road',
  'open_road',
  'close_road',
  'remove_obstacle',
];

/** A number that a tool asks for: which fact it is, and from which value it starts. */
export const FACTS: Partial<Record<Tool, { name: string; start: string; unit: string }>> = {
  widen_road: { name: 'width_m', start: '4', unit: 'm' },
  strengthen_road: { name: 'load_t', start: '20', unit: 't' },
  road: { name: 'width_m', start: '6', unit: 'm' },
  bridge: { name: 'width_m', start: '6', unit: 'm' },
};

export class ScenarioTools {
  chosen = $state<Tool | null>(null);
  facts = $state<Record<string, string>>(
    Object.fromEntries(Object.entries(FACTS).map(([tool, fact]) => [tool, fact.start])),
  );
  stationKind = $state<StationKind>('small');

  /** Returns `null` if what was filled in is not a number above nought. */
  readFact(tool: Tool): Record<string, number> | null {
    const fact = FACTS[tool];
    if (!fact) return {};
    const value = Number(this.facts[tool]);
    return Number.isFinite(value) && value > 0 ? { [fact.name]: value } : null;
  }
}
