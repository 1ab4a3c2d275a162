/** In which order layers are drawn, and what extent they have together. */

import type { Collection, Extent, GeometryKind } from '../api/types';

/** Areas lie below lines and lines below points, so that nothing is hidden. */
const HEIGHT: Record<GeometryKind, number> = { none: 0, polygon: 0, mixed: 1, line: 1, point: 2 };

/**
 * Sorts collections from the bottom up: by geometry; then the input in the order of the base style, the findings above
 * it, and comparisons on top.
 */
export function orderLayers(collections: Collection[], styled: string[]): Collection[] {
  const rank = ({ id, fireplan }: Collection) => {
    const result = fireplan.compared?.length ? 2 : fireplan.group === 'result' ? 1 : 0;
    return (HEIGHT[fireplan.geometry] * 3 + result) * 10_000 + (styled.indexOf(id) + 1);
  };
  return [...collections].sort((a, b) => rank(a) - rank(b));
}

/** Returns the smallest extent that holds all of them. */
export function unionExtents(collections: Collection[]): Extent | null {
  const boxes = collections.flatMap((one) => one.extent?.spatial?.bbox ?? []);
  return boxes.reduce<Extent | null>(
    (all, box) =>
      all
        ? [
            Math.min(all[0], box[0]),
            Math.min(all[1], box[1]),
            Math.max(all[2], box[2]),
            Math.max(all[3], box[3]),
          ]
        : box,
    null,
  );
}

/** Whether one extent is nearly as wide or as high as the other: then to leave out the rest of it would only cut it off. */
export function coversMost(part: Extent, whole: Extent | null): boolean {
  if (!whole) return false;
  const share = (low: 0 | 1, high: 2 | 3) => (part[high] - part[low]) / (whole[high] - whole[low]);
  return Math.max(share(0, 2), share(1, 3)) > 0.7;
}
