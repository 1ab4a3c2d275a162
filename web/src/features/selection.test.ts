import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as api from '../api/client';
import type { Feature } from '../api/types';
import { Messages } from '../app/messages.svelte';
import { Area } from '../areas/area.svelte';
import { Collections } from '../layers/collections.svelte';
import { MapState } from '../map/mapState.svelte';
import { Runs } from '../runs/runs.svelte';
import { PageLanguage } from '../text/pageLanguage.svelte';
import { Selection } from './selection.svelte';

vi.mock('../api/client');

const makeFeature = (id: number): Feature => ({ type: 'Feature', id, geometry: null, properties: {} });
const makeHit = (id: number) => ({ collection: 'stations', id, properties: {} });

describe('the selection', () => {
  const collections = new Collections();
  const messages = new Messages(new PageLanguage());
  let selection: Selection;

  beforeEach(() => {
    vi.mocked(api.loadFeature).mockImplementation((_, id) => Promise.resolve(makeFeature(id)));
    messages.showMessage('');
    selection = new Selection(collections, new MapState(new Area(), collections, new Runs()), messages);
  });

  it('steps through the features at one place, round and round', async () => {
    selection.pickHits([makeHit(1), makeHit(2), makeHit(3)]);
    await vi.waitFor(() => expect(selection.feature?.id).toBe(1));
    selection.stepHits(-1);
    expect([selection.key?.id, selection.findHitIndex()]).toEqual([3, 2]);
    selection.stepHits(1);
    expect(selection.key?.id).toBe(1);
    selection.pickHits([]);
    expect([selection.key, selection.feature]).toEqual([null, null]);
  });

  it('ignores a feature that arrives after another one was selected', async () => {
    let finish: (feature: Feature) => void = () => undefined;
    vi.mocked(api.loadFeature).mockImplementationOnce(() => new Promise((resolve) => (finish = resolve)));
    const slow = selection.selectFeature({ collection: 'stations', id: 1 }, false);
    await selection.selectFeature({ collection: 'stations', id: 2 }, false);
    finish(makeFeature(1));
    await slow;
    expect(selection.feature?.id).toBe(2);
  });

  it('is given up where the feature cannot be loaded, and says why', async () => {
    vi.mocked(api.loadFeature).mockRejectedValueOnce(new Error('没有 | There is none'));
    await selection.selectFeature({ collection: 'stations', id: 9 }, false);
    expect(selection.key).toBeNull();
    expect(messages.shown).toBe('没有');
  });
});
