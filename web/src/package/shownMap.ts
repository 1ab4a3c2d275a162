/** What the map shows, for pictures and sheets of it. */

import type { Extent } from '../api/types';
import { app } from '../app/app';
import type { MapPosition } from '../map/types';

const METRES_PER_PIXEL_ON_SCREEN = 0.0254 / 96;
const METRES_PER_DEGREE = 111_320;

/** Metres on the ground of a pixel of the map, by the scale that the page tells. */
export function findPixelSize(scale: number): number {
  return scale * METRES_PER_PIXEL_ON_SCREEN;
}

/** The ground that a map of so many pixels shows, in degrees. */
export function findExtent(position: MapPosition, scale: number, width: number, height: number): Extent {
  const metres = findPixelSize(scale);
  const lat = (height * metres) / METRES_PER_DEGREE / 2;
  const lon = (width * metres) / (METRES_PER_DEGREE * Math.cos((position.lat * Math.PI) / 180)) / 2;
  return [position.lon - lon, position.lat - lat, position.lon + lon, position.lat + lat];
}

/** The part of an extent that lies in another; all of it where they have nothing in common. */
export function clipExtent(extent: Extent, within: Extent | null): Extent {
  if (!within) return extent;
  const [west, south] = [Math.max(extent[0], within[0]), Math.max(extent[1], within[1])];
  const [east, north] = [Math.min(extent[2], within[2]), Math.min(extent[3], within[3])];
  return west < east && south < north ? [west, south, east, north] : extent;
}

/** The layers on the map, from the bottom up. */
export function listShownLayers(): string[] {
  return app.mapLayers.specs.filter(({ visible }) => visible).map(({ id }) => id);
}

/** What the map is about: the run on show, if a layer of it is drawn. */
export function findTitle(): string {
  const run = app.runs.chosen;
  const isDrawn = listShownLayers().some((id) => app.collections.byId.get(id)?.fireplan.job === run?.job);
  return run && isDrawn ? app.processes.findTitle(run.process) : '';
}
