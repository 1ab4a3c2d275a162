/** What a scenario changes, drawn above everything: stations, which can be dragged, and what else it adds or closes. */

import OlFeature from 'ol/Feature';
import type { FeatureLike } from 'ol/Feature';
import { LineString, Point } from 'ol/geom';
import { Draw, Translate } from 'ol/interaction';
import VectorLayer from 'ol/layer/Vector';
import type OlMap from 'ol/Map';
import { fromLonLat, toLonLat } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import { Circle, Fill, Stroke, Style, Text } from 'ol/style';
import type { LonLat } from '../api/types';
import type { ShownScenario } from '../scenarios/scenarios.svelte';
import type { MapColours } from './colours';
import { FONTS } from './fonts';
import type { MapEvents, MapTool } from './types';

const SCENARIO_HEIGHT = 900;
const SIGNS: Record<string, string> = { there: '', moved: '↔', changed: '↑', new: '+', gone: '×' };

export class ScenarioLayer {
  readonly layer: VectorLayer;
  private readonly source = new VectorSource<OlFeature>();
  private readonly translate: Translate;
  private readonly map: OlMap;
  private readonly events: MapEvents;
  private draw: Draw | null = null;
  private movable = false;
  private aiming = false;

  constructor(map: OlMap, events: MapEvents, colours: MapColours) {
    this.map = map;
    this.events = events;
    this.layer = new VectorLayer({
      source: this.source,
      zIndex: SCENARIO_HEIGHT,
      style: (feature) => styleMark(feature, colours),
    });
    this.translate = new Translate({
      layers: [this.layer],
      // Only stations have this property, and only stations move.
      filter: (feature) => feature.get('station') !== undefined,
      hitTolerance: 6,
    });
    this.translate.on('translateend', ({ features }) => {
      const station = features.item(0);
      const point = station?.getGeometry();
      if (point instanceof Point)
        events.onDragStation(String(station?.get('station')), toLonLat(point.getCoordinates()) as LonLat);
    });
    map.addLayer(this.layer);
    map.addInteraction(this.translate);
  }

  /** While a line is drawn, a click adds to the line and picks nothing. */
  get drawing(): boolean {
    return this.draw !== null;
  }

  setMarks({ stations, marks, movable }: ShownScenario): void {
    this.movable = movable;
    this.translate.setActive(movable && !this.aiming);
    const points = stations.map(({ at, ...station }) => {
      const feature = new OlFeature(new Point(fromLonLat(at)));
      feature.setProperties(station);
      return feature;
    });
    const others = marks.map(({ points, ...mark }) => {
      const place = points.map((at) => fromLonLat(at));
      const feature = new OlFeature(place.length > 1 ? new LineString(place) : new Point(place[0]!));
      feature.setProperties(mark);
      return feature;
    });
    this.source.clear();
    this.source.addFeatures([...others, ...points]);
  }

  /** Without a tool, a click picks features and stations can be dragged. */
  setTool(tool: MapTool | null): void {
    this.map.getTargetElement()?.classList.toggle('aiming', tool !== null);
    this.aiming = tool !== null;
    this.translate.setActive(this.movable && !this.aiming);
    if (this.draw) this.map.removeInteraction(this.draw);
    this.draw = null;
    if (tool !== 'line') return;
    this.draw = new Draw({ type: 'LineString' });
    this.draw.on('drawend', ({ feature }) => {
      const line = feature.getGeometry();
      if (line instanceof LineString)
        this.events.onDrawLine(line.getCoordinates().map((at) => toLonLat(at) as LonLat));
    });
    this.map.addInteraction(this.draw);
  }
}

function styleMark(feature: FeatureLike, { accent, halo }: MapColours): Style[] {
  const state = String(feature.get('state'));
  if (feature.getGeometry()?.getType() === 'LineString') {
    const line = (width: number, color: string, lineDash?: number[]) =>
      new Style({ stroke: new Stroke({ color, width, lineDash }) });
    // What is built is dashed along its middle, what is changed is full, and what is closed is broken all over.
    if (state === 'gone') return [line(8, halo), line(5, accent, [3, 7])];
    return [line(8, halo), line(5, accent), ...(state === 'new' ? [line(2, halo, [7, 5])] : [])];
  }
  const ring = new Circle({
    radius: state === 'there' ? 8 : 10,
    fill: new Fill({ color: state === 'there' ? `${halo}55` : halo }),
    stroke: new Stroke({ color: accent, width: 2.5, lineDash: state === 'gone' ? [3, 3] : undefined }),
  });
  const text = (words: string, offsetY: number, size: number) =>
    new Text({
      text: words,
      offsetY,
      font: `600 ${size}px ${FONTS.map((font) => `'${font}'`).join(',')}`,
      fill: new Fill({ color: accent }),
      stroke: new Stroke({ color: halo, width: 3 }),
    });
  const styles = [new Style({ image: ring, text: text(SIGNS[state] ?? '', 1, 14) })];
  if (state !== 'there') styles.push(new Style({ text: text(String(feature.get('name')), 21, 12) }));
  return styles;
}
