/** What a layer is drawn with, class by class, in the colours that the map really shows. */

import type { LegendEntry, StyleLayer } from '../api/types';

/** What is drawn last comes first; the classes of one style layer keep their order, and each is there once, whatever its shapes. */
export function readLegend(layers: StyleLayer[]): LegendEntry[] {
  const seen = new Set<string>();
  return layers
    .toReversed()
    .flatMap((layer) =>
      (layer.metadata?.legend ?? []).map((entry) => ({
        ...entry,
        opacity: entry.opacity ?? readOpacity(layer, entry.code ?? null),
      })),
    )
    .filter((entry) => {
      const key = entry.code == null ? `${entry.label.zh}/${entry.shape}` : `${entry.label.zh}/${entry.code}`;
      return !seen.has(key) && seen.add(key);
    });
}

/** How much of what lies below an area shows through it, which may differ from class to class. */
export function readOpacity(layer: StyleLayer, code: string | null): number {
  const opacity: unknown = layer.paint?.[`${layer.type}-opacity`];
  if (typeof opacity === 'number') return opacity;
  if (!Array.isArray(opacity) || opacity[0] !== 'match') return 1;
  const cases = opacity.slice(2) as unknown[];
  for (let at = 0; at + 1 < cases.length; at += 2) {
    const values = [cases[at]].flat();
    if (values.some((value) => String(value) === code)) return Number(cases[at + 1]);
  }
  return Number(cases.at(-1));
}
