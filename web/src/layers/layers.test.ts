import { beforeEach, describe, expect, it } from 'vitest';
import type { Comparison } from '../api/types';
import { Area } from '../areas/area.svelte';
import { ComparisonChoice } from '../comparison/comparison.svelte';
import { Runs } from '../runs/runs.svelte';
import { PageLanguage } from '../text/pageLanguage.svelte';
import { makeCollection } from './collectionFixture';
import { Collections } from './collections.svelte';
import { Layers } from './layers.svelte';

const roads = makeCollection('roads', { group: 'input' });
const villages = makeCollection('a-villages', { job: 'a' });
const others = makeCollection('b-villages', { job: 'b' });
const lattice = makeCollection('a-lattice', { job: 'a', quiet: true });
const changes = makeCollection('b-a-villages', { job: 'b-a', compared: ['b', 'a'] });

describe('layers', () => {
  const [area, collections, language, runs] = [new Area(), new Collections(), new PageLanguage(), new Runs()];
  const comparison = new ComparisonChoice(runs);
  let layers: Layers;

  beforeEach(() => {
    collections.list = [roads, villages, others, lattice, changes];
    runs.chosenJob = 'a';
    comparison.current = null;
    comparison.split = null;
    layers = new Layers({ area, collections, comparison, language, runs });
  });

  it('are drawn if they are input or belong to the chosen run', () => {
    expect(collections.list.filter((one) => layers.isDrawn(one))).toEqual([roads, villages, lattice]);
  });

  it('are remembered only where they differ from the default', () => {
    expect(layers.isVisible('a-lattice')).toBe(false);
    layers.toggleLayer('roads');
    layers.toggleLayer('a-lattice');
    expect([layers.hidden, layers.shown]).toEqual([['roads'], ['a-lattice']]);
    layers.toggleLayer('roads');
    layers.toggleLayer('a-lattice', false);
    expect([layers.hidden, layers.shown]).toEqual([[], []]);
  });

  it('show what changed, or on a split map the run itself', () => {
    comparison.current = { id: 'b-a', before: { job: 'b' }, after: { job: 'a' } } as Comparison;
    expect(layers.isDrawn(changes)).toBe(true);
    expect(['roads', 'a-villages', 'b-a-villages'].map((id) => layers.isVisible(id))).toEqual([
      true,
      false,
      true,
    ]);
    comparison.split = 'beside';
    expect(comparison.leftJob).toBe('b');
    expect(['roads', 'a-villages', 'b-a-villages'].map((id) => layers.isVisible(id))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('are called as the server calls them, in the language of the page', () => {
    expect(layers.findTitle('roads')).toBe('roads');
    language.current = 'en';
    expect(layers.findTitle('roads')).toBe('Layer roads');
    language.current = 'zh';
    expect(layers.findTitle('unknown')).toBe('unknown');
  });
});
