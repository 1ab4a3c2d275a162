/** The place that somebody marked, with its note, above everything. */

import OlFeature from 'ol/Feature';
import { Point } from 'ol/geom';
import VectorLayer from 'ol/layer/Vector';
import type OlMap from 'ol/Map';
import { fromLonLat } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import { Circle, Fill, Stroke, Style, Text } from 'ol/style';
import type { Marker } from '../app/hash';
import type { MapColours } from './colours';
import { FONTS } from './fonts';

const MARKER_HEIGHT = 950;

export class MarkerLayer {
  readonly layer: VectorLayer;
  private readonly source = new VectorSource<OlFeature>();

  constructor(map: OlMap, colours: MapColours) {
    this.layer = new VectorLayer({
      source: this.source,
      zIndex: MARKER_HEIGHT,
      style: (feature) => styleMarker(String(feature.get('note')), colours),
    });
    map.addLayer(this.layer);
  }

  setMarker(marker: Marker | null): void {
    this.source.clear();
    if (!marker) return;
    const feature = new OlFeature(new Point(fromLonLat(marker.at)));
    feature.set('note', marker.note);
    this.source.addFeature(feature);
  }
}

function styleMarker(note: string, { accent, halo }: MapColours): Style {
  return new Style({
    image: new Circle({
      radius: 6,
      fill: new Fill({ color: accent }),
      stroke: new Stroke({ color: halo, width: 2.5 }),
    }),
    text: new Text({
      text: note,
      offsetY: -18,
      font: `600 13px ${FONTS.map((font) => `'${font}'`).join(',')}`,
      fill: new Fill({ color: accent }),
      backgroundFill: new Fill({ color: halo }),
      padding: [2, 6, 1, 6],
    }),
  });
}
