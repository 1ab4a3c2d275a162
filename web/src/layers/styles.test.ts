import { describe, expect, it } from 'vitest';
import { groupStyleLayers } from './styles.svelte';

describe('styles of layers', () => {
  it('are told apart by the collection they draw', () => {
    const style = [
      { id: 'ground', type: 'background' },
      { id: 'a', type: 'line', 'source-layer': 'roads' },
      { id: 'b', type: 'symbol', 'source-layer': 'roads' },
    ];
    expect(groupStyleLayers(style).roads?.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});
