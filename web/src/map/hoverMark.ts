/** Marks the feature under the pointer on a canvas of its own, for the map would draw all of its layers anew for that. */

import type OlMap from 'ol/Map';
import type RenderFeature from 'ol/render/Feature';
import type { MapColours } from './colours';

const RING = 11;
const LINE_WIDTH = 6;
/** So far what is drawn reaches beyond the geometry. */
const MARGIN = 14;

export class HoverMark {
  private readonly map: OlMap;
  private readonly colours: MapColours;
  private readonly canvas = document.createElement('canvas');

  constructor(map: OlMap, colours: MapColours) {
    this.map = map;
    this.colours = colours;
    this.canvas.style.cssText = 'position: absolute; pointer-events: none';
    this.canvas.hidden = true;
    map.getViewport()?.append(this.canvas);
  }

  clear(): void {
    this.canvas.hidden = true;
  }

  /** Marks points and lines, whose pieces lie in several tiles. */
  mark(pieces: RenderFeature[]): void {
    const lines = pieces.flatMap((piece) => this.readLines(piece));
    const [width = 0, height = 0] = this.map.getSize() ?? [];
    const places = lines.flat();
    const span = (axis: 0 | 1, most: number) => {
      const values = places.map((place) => place[axis]);
      const low = Math.max(0, Math.floor(Math.min(...values)) - MARGIN);
      return [low, Math.min(most, Math.ceil(Math.max(...values)) + MARGIN)] as const;
    };
    const [[left, right], [top, bottom]] = [span(0, width), span(1, height)];
    if (!places.length || right <= left || bottom <= top) return this.clear();
    const ratio = devicePixelRatio;
    this.canvas.width = (right - left) * ratio;
    this.canvas.height = (bottom - top) * ratio;
    Object.assign(this.canvas.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
    this.canvas.hidden = false;
    const context = this.canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, -left * ratio, -top * ratio);
    lines.forEach((line) => this.draw(context, line));
  }

  /** The lines of a piece in pixels of the map; a point is a line of one place. */
  private readLines(piece: RenderFeature): [number, number][][] {
    const flat = piece.getFlatCoordinates();
    const stride = piece.getStride();
    const isPoint = piece.getType().includes('Point');
    const lines: [number, number][][] = [];
    let start = 0;
    for (const end of isPoint
      ? flat.map((_, at) => at + 1).filter((at) => at % stride === 0)
      : piece.getEnds()!) {
      const line: [number, number][] = [];
      for (let at = start; at < end; at += stride)
        line.push(this.map.getPixelFromCoordinate([flat[at]!, flat[at + 1]!]) as [number, number]);
      lines.push(line);
      start = end;
    }
    return lines;
  }

  private draw(context: CanvasRenderingContext2D, line: [number, number][]): void {
    const { accent, halo } = this.colours;
    const stroke = (color: string, width: number) => {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.stroke();
    };
    context.beginPath();
    if (line.length === 1) {
      context.arc(...line[0]!, RING, 0, 2 * Math.PI);
      stroke(halo, 5);
      stroke(accent, 2);
      return;
    }
    context.lineCap = context.lineJoin = 'round';
    line.forEach((place, at) => (at ? context.lineTo(...place) : context.moveTo(...place)));
    stroke(`${accent}88`, LINE_WIDTH);
  }
}
