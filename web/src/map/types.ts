/** What the map is given and which events it has. Nothing here knows the map library, so that stores can use it. */

import type { Extent, Feature, FeatureCollection, LonLat, StyleLayer, Value } from '../api/types';

/** A collection as it is to be drawn. */
export interface LayerSpec {
  id: string;
  /** The style layers that draw this collection, in order. */
  style: StyleLayer[];
  visible: boolean;
  opacity: number;
  /** A layer of few areas names each of them once, inside, and not once in every tile that an area is cut into. */
  namedWhole: boolean;
}

/** A feature that lies under the pointer. */
export interface Hit {
  collection: string;
  id: number;
  properties: Record<string, Value>;
}

export interface MapPosition {
  zoom: number;
  lon: number;
  lat: number;
}

/** What a click on the map means while a scenario is edited: pointing at a place, or drawing a line. */
export type MapTool = 'point' | 'line' | 'measure';

/** How the map loads its data, and what happens on it. */
export interface MapEvents {
  /** A vector tile of several collections. */
  loadTile(collections: string[], z: number, x: number, y: number): Promise<ArrayBuffer>;
  loadWhole(collection: string): Promise<FeatureCollection>;
  onMove(position: MapPosition, scale: number): void;
  onPoint(at: LonLat | null): void;
  onHover(hit: Hit | null, pixel: [number, number]): void;
  onPick(hits: Hit[], at: LonLat): void;
  onDragStation(station: string, at: LonLat): void;
  onDrawLine(line: LonLat[]): void;
  /** The line that is measured, while it is drawn; empty: none is. */
  onMeasure(line: LonLat[]): void;
  /** The map is drawn completely, or no longer is. */
  onSettle(done: boolean): void;
  onTileError(error: unknown): void;
}

/** What the rest of the page can ask of the map. */
export interface MapActions {
  fitExtent(extent: Extent): void;
  setPosition(position: MapPosition): void;
  /** The card of the feature covers so many pixels at the right; `reveal` brings the feature out from under it. */
  markFeature(feature: Feature | null, companions: Feature[], reveal: boolean, coveredRight: number): void;
  zoomBy(steps: number): void;
  /** Shows what was in sight before its element changed its size; ends once that is drawn. */
  refit(change: () => Promise<void>): Promise<void>;
  /** Asks again for the tiles in sight. */
  reloadTiles(): void;
  focus(): void;
}
