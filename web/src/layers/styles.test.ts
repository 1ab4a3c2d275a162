import { describe, expect, it } from 'vitest';
import { groupStyleLayers } from './styles.svelte';

describe('styles of layers', () => {
  it('are told apart by the collection they draw', () => {
    const style = [
      { id: 'ground', type: 'background' },
      { id: 'a', type: 'line', source: 'roads', 'source-layer': 'roads' },
      { id: 'b', type: 'symbol', source: 'roads', 'source-layer': 'roads_label' },
    ];
    expect(groupStyleLayers(style).roads?.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});
