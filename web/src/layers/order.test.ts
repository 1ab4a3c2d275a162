import { describe, expect, it } from 'vitest';
import { makeCollection } from './collectionFixture';
import { orderLayers } from './order';

describe('layers', () => {
  it('lie areas, lines, points; findings above the input of their kind', () => {
    const collections = [
      makeCollection('stations', { geometry: 'point', group: 'input' }),
      makeCollection('run-roads', { geometry: 'line', group: 'result' }),
      makeCollection('run-bands', { geometry: 'polygon', group: 'result' }),
      makeCollection('roads', { geometry: 'line', group: 'input' }),
      makeCollection('forests', { geometry: 'polygon', group: 'input' }),
      makeCollection('towns', { geometry: 'polygon', group: 'input' }),
    ];
    const order = orderLayers(collections, ['towns', 'forests', 'roads', 'stations']).map(({ id }) => id);
    expect(order).toEqual(['towns', 'forests', 'run-bands', 'roads', 'run-roads', 'stations']);
  });
});
