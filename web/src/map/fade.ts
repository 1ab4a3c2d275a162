/** Makes style layers fainter: they share one layer of the map, which therefore cannot be faint itself. */

import type { StyleLayer } from '../api/types';

const OPACITIES: Record<string, string[]> = {
  fill: ['fill-opacity'],
  line: ['line-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'],
  symbol: ['text-opacity', 'icon-opacity'],
};

export function fadeStyle(layers: StyleLayer[], opacity: number): StyleLayer[] {
  if (opacity === 1) return layers;
  return layers.map((layer) => {
    const faded = (OPACITIES[layer.type] ?? []).map((name) => [
      name,
      fadeValue(layer.paint?.[name] ?? 1, opacity),
    ]);
    return { ...layer, paint: { ...layer.paint, ...Object.fromEntries(faded) } };
  });
}

/** An expression of the zoom must stay outermost, so what it gives is made fainter and not the whole. */
export function fadeValue(value: unknown, opacity: number): unknown {
  if (typeof value === 'number') return value * opacity;
  if (!Array.isArray(value)) return value;
  const operator = String(value[0]);
  // `interpolate` names its curve and its input first, `step` its input and its first output.
  const first = { interpolate: 3, step: 2 }[operator];
  if (first === undefined) return ['*', opacity, value];
  return value.map((part: unknown, at) => {
    const isOutput = at >= first && (at - first) % 2 === (operator === 'step' ? 0 : 1);
    return isOutput ? fadeValue(part, opacity) : part;
  });
}
