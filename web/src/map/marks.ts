/** Marks around the selected feature and around what belongs to it. */

import type { Extent } from 'ol/extent';
import OlFeature from 'ol/Feature';
import type { FeatureLike } from 'ol/Feature';
import GeoJSON from 'ol/format/GeoJSON';
import VectorLayer from 'ol/layer/Vector';
import VectorSource from 'ol/source/Vector';
import { Circle, Fill, Stroke, Style } from 'ol/style';
import type { Feature } from '../api/types';
import type { MapColours } from './colours';

const MARKS_HEIGHT = 400;

export class FeatureMarks {
  private readonly selected = new VectorSource();
  readonly layers: VectorLayer[];

  constructor(colours: MapColours) {
    this.layers = [
      new VectorLayer({
        source: this.selected,
        zIndex: MARKS_HEIGHT,
        style: (feature) =>
          feature.get('companion') ? styleCompanion(feature, colours) : styleSelected(feature, colours),
      }),
    ];
  }

  /** Returns the extent of all that is marked, if there is anything. */
  markFeature(feature: Feature | null, companions: Feature[]): Extent | null {
    this.selected.clear();
    if (!feature?.geometry) return null;
    const read = (one: Feature) =>
      new GeoJSON().readFeatures(one, { featureProjection: 'EPSG:3857' }) as OlFeature[];
    const others = companions.filter((one) => one.geometry).flatMap(read);
    others.forEach((one) => one.set('companion', true));
    this.selected.addFeatures([...others, ...read(feature)]);
    return this.selected.getExtent() ?? null;
  }
}

const makeLine = (width: number, color: string) => new Style({ stroke: new Stroke({ color, width }) });

const makeRing = (radius: number, width: number, color: string) =>
  new Style({ image: new Circle({ radius, stroke: new Stroke({ color, width }) }) });

function styleCompanion(feature: FeatureLike, { accent, halo }: MapColours): Style[] {
  if (!feature.getGeometry()?.getType().includes('Point'))
    return [makeLine(6, `${halo}cc`), makeLine(3, accent)];
  return [makeRing(7, 4, halo), makeRing(7, 2, accent)];
}

function styleSelected(feature: FeatureLike, { accent, halo }: MapColours): Style[] {
  const type = feature.getGeometry()?.getType() ?? '';
  if (type.includes('Point')) return [makeRing(11, 5, halo), makeRing(11, 3, accent)];
  if (type.includes('Polygon')) return styleArea(accent, halo);
  return [makeLine(10, halo), makeLine(6, accent)];
}

function styleArea(accent: string, halo: string): Style[] {
  const fill = new Style({ fill: new Fill({ color: `${accent}1f` }) });
  return [fill, makeLine(5, `${halo}cc`), makeLine(2.5, accent)];
}
