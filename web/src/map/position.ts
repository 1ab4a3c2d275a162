/** Reads and changes the position of the map. */

import type { Coordinate } from 'ol/coordinate';
import { getCenter, getHeight, getWidth, isEmpty, type Extent as OlExtent } from 'ol/extent';
import type OlMap from 'ol/Map';
import { fromLonLat, getPointResolution, toLonLat, transformExtent } from 'ol/proj';
import View from 'ol/View';
import type { Extent } from '../api/types';
import type { MapPosition } from './types';

/** Map styles count zoom in tiles of 512 pixels, the library in tiles of 256: it is always one ahead. */
export const ZOOM_SHIFT = 1;
const METRES_PER_PIXEL_ON_SCREEN = 0.0254 / 96;

export function makeView(): View {
  return new View({ center: [0, 0], zoom: 3, minZoom: 4, maxZoom: 20.5, enableRotation: false });
}

export function readPosition(view: View): { position: MapPosition; scale: number } | null {
  const center = view.getCenter();
  const zoom = view.getZoom();
  const resolution = view.getResolution();
  if (!center || zoom === undefined || resolution === undefined) return null;
  const [lon = 0, lat = 0] = toLonLat(center);
  const metres = getPointResolution('EPSG:3857', resolution, center, 'm');
  return { position: { zoom: zoom - ZOOM_SHIFT, lon, lat }, scale: metres / METRES_PER_PIXEL_ON_SCREEN };
}

export function setPosition(view: View, { zoom, lon, lat }: MapPosition): void {
  view.setCenter(fromLonLat([lon, lat]));
  view.setZoom(zoom + ZOOM_SHIFT);
}

export function fitExtent(view: View, extent: Extent, animate: boolean): void {
  const projected = transformExtent(extent, 'EPSG:4326', 'EPSG:3857');
  if (isEmpty(projected)) return;
  const duration = animate ? chooseDuration() : 0;
  view.fit(projected, { padding: [28, 28, 44, 28], duration, maxZoom: 18 });
}

export function zoomBy(view: View, steps: number): void {
  const zoom = view.getZoom();
  if (zoom !== undefined) view.animate({ zoom: zoom + steps, duration: chooseDuration() });
}

/** Moves as little as brings all of the extent into the part of the map that nothing covers. */
export function revealExtent(map: OlMap, extent: OlExtent, coveredRight: number): void {
  const view = map.getView();
  const size = map.getSize();
  const resolution = view.getResolution();
  if (!size || !resolution) return;
  const [width = 0, height = 0] = size;
  const room: [number, number] = [Math.max(160, width - coveredRight - 80), Math.max(120, height - 100)];
  const fits = getWidth(extent) / resolution < room[0] && getHeight(extent) / resolution < room[1];
  const longest = Math.max(getWidth(extent), getHeight(extent)) / resolution;
  const tooSmall = longest > 0 && longest < 12;
  if (!fits || tooSmall) {
    const padding = [50, coveredRight + 40, 50, 40];
    view.fit(extent, { padding, duration: chooseDuration(), maxZoom: tooSmall ? 14 : 17 });
    return;
  }
  const [x = 0, y = 0] = map.getPixelFromCoordinate(getCenter(extent)) ?? [];
  const inside = x > 40 && x < width - coveredRight - 40 && y > 50 && y < height - 50;
  if (inside) return;
  const centre: Coordinate = getCenter(extent);
  centre[0]! += (coveredRight / 2) * resolution;
  view.animate({ center: centre, duration: chooseDuration() });
}

/** People who asked their system for less motion see no animation. */
function chooseDuration(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 220;
}
