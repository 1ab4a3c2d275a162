/** Makes edits from what is done on the map with the chosen tool. */

import * as api from '../api/client';
import type { Edit, LonLat } from '../api/types';
import { app } from '../app/app';
import type { Hit } from '../map/types';
import { addEdits } from './changeEdits';
import { makeFreshName, nameFeature, roundPlace } from './edits';
import type { Tool } from './tools.svelte';

export async function placeWithTool(at: LonLat, hits: Hit[]): Promise<void> {
  const { language, scenarios, tools } = app;
  const tool = tools.chosen;
  if (!tool || !scenarios.chosen) return;
  const edits = scenarios.chosen.edits;
  const here = roundPlace(at);
  const stems = language.text.newThings;
  switch (tool) {
    case 'station': {
      const name = makeFreshName(stems.station, edits);
      await addEdits({ edit: 'add_station', name, at: here, kind: tools.stationKind });
      return;
    }
    case 'hydrant':
      await addEdits({ edit: 'add_hydrant', name: makeFreshName(stems.hydrant, edits), at: here });
      return;
    case 'water': {
      const name = makeFreshName(stems.water, edits);
      await addEdits({ edit: 'add_water', name, at: here, kind: 'pool' });
      return;
    }
    case 'close_station':
      return editFeature('stations', hits, (station) => ({ edit: tool, station }));
    case 'open_road':
    case 'close_road':
      return editFeature('roads', hits, (road) => ({ edit: tool, road }));
    case 'remove_obstacle':
      return editFeature('obstacles', hits, (obstacle) => ({ edit: tool, obstacle }));
    case 'widen_road':
    case 'strengthen_road':
      return editFeature('roads', hits, (road) => completeEdit(tool, { edit: tool, road }));
  }
}

export async function drawWithTool(line: LonLat[]): Promise<void> {
  const { language, scenarios, tools } = app;
  const tool = tools.chosen;
  if (!scenarios.chosen || (tool !== 'road' && tool !== 'bridge')) return;
  const edit = completeEdit(tool, {
    edit: 'add_road',
    name: makeFreshName(language.text.newThings[tool], scenarios.chosen.edits),
    line: line.map(roundPlace),
    bridge: tool === 'bridge',
  });
  if (edit) await addEdits(edit);
}

/** Adds the number that the tool asks for; without a sound one there is no edit, and the panel says why. */
function completeEdit(tool: Tool, edit: Record<string, unknown>): Edit | null {
  const fact = app.tools.readFact(tool);
  if (!fact) app.scenarios.failure = app.language.text.notANumber;
  return fact && ({ ...edit, ...fact } as Edit);
}

async function editFeature(
  collection: string,
  hits: Hit[],
  makeEdit: (name: string) => Edit | null,
): Promise<void> {
  const hit = hits.find((one) => one.collection === collection);
  if (!hit) {
    app.scenarios.failure = app.language.text.nothingHit(app.layers.findTitle(collection));
    return;
  }
  const feature = await api.loadFeature(collection, hit.id).catch(() => null);
  const edit = feature && makeEdit(nameFeature(feature));
  if (edit) await addEdits(edit);
}
