import type { Collection, Feature, StyleLayer } from '../src/api/types';
import { ask, collections, drawn, expect, findings, test } from './page';
import { compareColours, findColour, type Colour } from './pixels';

test.beforeEach(async ({ request }) => {
  await findings(request);
});

function findBounds(feature: Feature): [number, number, number, number] {
  const flat = JSON.stringify(feature.geometry)
    .match(/\[-?[\d.]+,-?[\d.]+\]/g)!
    .map((pair) => JSON.parse(pair) as [number, number]);
  const [lons, lats] = [flat.map(([lon]) => lon), flat.map(([, lat]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

for (const theme of ['light', 'dark']) {
  test(`towns have the colour of their legend, ${theme}`, async ({ page, request }) => {
    const run = { job: await ask(request, 'brigades') };
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
