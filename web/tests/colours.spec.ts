import type { Page } from '@playwright/test';
import type { Collection, Feature, StyleLayer } from '../src/api/types';
import { collections, drawn, expect, findings, landing, test } from './page';

test.beforeEach(async ({ request }) => {
  await findings(request);
});

type Colour = [number, number, number];

/** How different two colours look (CIE 1976): below 2 nobody tells them apart. */
function compareColours(a: Colour, b: Colour): number {
  const lab = (colour: Colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as Colour;
    const curve = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
    const x = curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
    const y = curve(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const z = curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const [p, q] = [lab(a), lab(b)];
  return Math.hypot(...p.map((value, at) => value - q[at]!));
}

/** The colour that most of the middle of an element, or of the map, has. */
async function findColour(page: Page, png: Buffer): Promise<Colour> {
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const counts = new Map<string, number>();
    const pixels = context.getImageData(0, 0, image.width, image.height).data;
    for (let at = 0; at < pixels.length; at += 4) {
      const key = `${pixels[at]},${pixels[at + 1]},${pixels[at + 2]}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
    return most.split(',').map(Number) as Colour;
  }, png.toString('base64'));
}

function findBounds(feature: Feature): [number, number, number, number] {
  const flat = JSON.stringify(feature.geometry)
    .match(/\[-?[\d.]+,-?[\d.]+\]/g)!
    .map((pair) => JSON.parse(pair) as [number, number]);
  const [lons, lats] = [flat.map(([lon]) => lon), flat.map(([, lat]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

for (const theme of ['light', 'dark']) {
  test(`towns have the colour of their legend, ${theme}`, async ({ page, request }) => {
    const run = (await landing(request)).runs.find(({ process }) => process === 'brigades')!;
    const all = await collections(request);
    const layer = all.find(
      ({ fireplan }) => fireplan.job === run.job && fireplan.layer === 'brigade_towns',
    ) as Collection;
    const { features } = (await (await request.get(`./collections/${layer.id}/items?limit=100`)).json()) as {
      features: Feature[];
    };
    const style = (await (await request.get(`./styles/${layer.id}?theme=${theme}`)).json()) as {
      layers: StyleLayer[];
    };
    const legend = style.layers.flatMap((one) => one.metadata?.legend ?? []);
    const others = all.filter(({ id, fireplan }) => id !== layer.id && fireplan.group === 'input');
    const hidden = others.map(({ id }) => id).join(',');
    const seen: Record<string, Colour> = {};
    for (const tier of new Set(features.map(({ properties }) => String(properties.tier)))) {
      const town = features.find(({ properties }) => properties.tier === tier)!;
      const label = legend.find(({ code }) => code === tier)!.label.zh;
      const [west, south, east, north] = findBounds(town);
      const [lat, lon] = [(south + north) / 2, (west + east) / 2];
      await page.goto('about:blank');
      await page.goto(`./#map=11/${lat}/${lon}&run=${run.job}&hide=${hidden}&theme=${theme}`);
      await drawn(page);
      const box = (await page.locator('#map-canvas').boundingBox())!;
      const clip = { x: box.x + box.width / 2 - 40, y: box.y + box.height / 2 - 40, width: 80, height: 80 };
      const onMap = await findColour(page, await page.screenshot({ clip }));
      const entry = page.locator('.classes').getByText(label, { exact: true }).first();
      const inLegend = await findColour(page, await entry.locator('svg').screenshot());
      expect(compareColours(onMap, inLegend), `${label}: ${onMap} ${inLegend}`).toBeLessThan(4);
      seen[label] = onMap;
    }
    const labels = Object.keys(seen);
    expect(labels.length).toBeGreaterThan(2);
    for (const [at, one] of labels.entries())
      for (const other of labels.slice(at + 1))
        expect(compareColours(seen[one]!, seen[other]!), `${one}, ${other}`).toBeGreaterThan(8);
  });
}
