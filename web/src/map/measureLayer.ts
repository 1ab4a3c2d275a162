/** A line that is drawn to be measured; it goes when the tool is put away. */

import LineString from 'ol/geom/LineString';
import { Draw } from 'ol/interaction';
import VectorLayer from 'ol/layer/Vector';
import type OlMap from 'ol/Map';
import { toLonLat } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import { Circle, Fill, Stroke, Style } from 'ol/style';
import type { LonLat } from '../api/types';
import type { MapColours } from './colours';

const MEASURE_HEIGHT = 940;

export class MeasureLayer {
  readonly layer: VectorLayer;
  private readonly map: OlMap;
  private readonly source = new VectorSource();
  private readonly onMeasure: (line: LonLat[]) => void;
  private draw: Draw | null = null;

  constructor(map: OlMap, colours: MapColours, onMeasure: (line: LonLat[]) => void) {
    this.map = map;
    this.onMeasure = onMeasure;
    this.layer = new VectorLayer({
      source: this.source,
      zIndex: MEASURE_HEIGHT,
      style: () => styleLine(colours),
    });
    map.addLayer(this.layer);
  }

  get drawing(): boolean {
    return this.draw !== null;
  }

  /** Switched on again, it begins with an empty map. */
  setActive(on: boolean): void {
    if (on === this.drawing) return;
    this.source.clear();
    if (this.draw) this.map.removeInteraction(this.draw);
    this.draw = on ? this.makeDraw() : null;
    this.map.getTargetElement()?.classList.toggle('aiming', on);
    this.onMeasure([]);
  }

  private makeDraw(): Draw {
    const draw = new Draw({ type: 'LineString', source: this.source });
    draw.on('drawstart', ({ feature }) => {
      this.source.clear();
      const geometry = feature.getGeometry();
      geometry?.on('change', () => {
        if (geometry instanceof LineString)
          this.onMeasure(geometry.getCoordinates().map((at) => toLonLat(at) as LonLat));
      });
    });
    this.map.addInteraction(draw);
    return draw;
  }
}

function styleLine({ accent, halo }: MapColours): Style[] {
  const line = (width: number, color: string) => new Style({ stroke: new Stroke({ color, width }) });
  const dot = new Circle({
    radius: 4,
    fill: new Fill({ color: accent }),
    stroke: new Stroke({ color: halo, width: 1.5 }),
  });
  return [line(6, halo), line(3, accent), new Style({ image: dot })];
}
