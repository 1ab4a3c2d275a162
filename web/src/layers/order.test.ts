import { describe, expect, it } from 'vitest';
import type { Collection, GeometryKind } from '../api/types';
import { orderLayers } from './order';

function collection(id: string, geometry: GeometryKind, group: 'input' | 'result'): Collection {
  return {
    id,
    title: id,
    links: [],
    fireplan: {
      group,
      geometry,
      title: { zh: id, en: id },
      columns: [],
      drawing: { kind: 'plain' },
      count: 1,
    },
  };
}

describe('layers', () => {
  it('lie areas, lines, points; findings above the input of their kind', () => {
    const collections = [
      collection('stations', 'point', 'input'),
      collection('run-roads', 'line', 'result'),
      collection('run-bands', 'polygon', 'result'),
      collection('roads', 'line', 'input'),
      collection('forests', 'polygon', 'input'),
      collection('towns', 'polygon', 'input'),
    ];
    const order = orderLayers(collections, ['towns', 'forests', 'roads', 'stations']).map(({ id }) => id);
    expect(order).toEqual(['towns', 'forests', 'run-bands', 'roads', 'run-roads', 'stations']);
  });
});
