import type { APIRequestContext, Page } from '@playwright/test';
import type { Collection, Edit, Feature } from '../src/api/types';
import { ask, centreOfMap, collections, drawn, expect, findings, landing, test } from './page';

test.beforeEach(async ({ request }) => {
  await findings(request);
});

/** The layer of village access, in the run without or with a scenario. */
async function layerOf(request: APIRequestContext, layer: string, scenario: string | null) {
  if (!scenario) await ask(request, 'access');
  const { runs } = await landing(request);
  const job = runs.find(
    (run) =>
      run.process === 'access' &&
      run.status === 'successful' &&
      'settings' in run &&
      (run.settings?.scenario ?? null) === scenario,
  )?.job;
  const found = (await collections(request)).find(
    ({ fireplan }) => fireplan.job === job && fireplan.layer === layer,
  );
  expect(found, `${layer} ${scenario}`).toBeTruthy();
  return { collection: found as Collection, job: job! };
}

async function features(request: APIRequestContext, collection: Collection): Promise<Feature[]> {
  const answer = await request.get(`./collections/${collection.id}/items?limit=1000`);
  return ((await answer.json()) as { features: Feature[] }).features;
}

const edits = (feature: Feature) => JSON.parse(String(feature.properties.edits ?? '[]')) as Edit[];

/** Waits for the figures under the scenario. */
async function answered(page: Page): Promise<void> {
  await expect(page.getByText(/改动后 .* 秒得到新结果/)).toBeVisible({ timeout: 100_000 });
  await expect(page.getByRole('tab', { name: '对比' })).toHaveAttribute('aria-selected', 'true');
}

test('a village tells its way and what limits it, and its opening is built and asked about at once', async ({
  page,
  request,
}) => {
  const { collection, job } = await layerOf(request, 'access_villages', null);
  const village = (await features(request, collection)).find((one) => edits(one).length > 0)!;
  const { coordinates } = village.geometry as Extract<Feature['geometry'], { type: 'Point' }>;
  const [lon, lat] = coordinates;
  const companions: string[] = [];
  page.on('request', (asked) => {
    const { pathname, search } = new URL(asked.url());
    if (/access_(routes|blocks)\/items/.test(pathname)) companions.push(decodeURIComponent(search));
  });
  await page.goto(`./#map=15/${lat}/${lon}&run=${job}`);
  await drawn(page);
  const { x, y } = await centreOfMap(page);
  await page.mouse.click(x, y);
  const card = page.getByRole('region', { name: '要素' });
  await expect(card).toContainText(String(village.properties.name));
  await expect(card).toContainText('最省的办法是');
  await expect.poll(() => companions.some((query) => query.includes(`village=${village.id}`))).toBe(true);
  await expect
    .poll(() => companions.some((query) => query.includes(`source_id=${village.properties.limit_source_id}`)))
    .toBe(true);
  // Nobody reads edits as a fact.
  await expect(card).not.toContainText('"edit"');
  await card.getByRole('button', { name: '生成方案并重算' }).click();
  await answered(page);
  const panel = page.getByRole('complementary', { name: '方案' });
  const name = await panel.getByRole('combobox', { name: '方案', exact: true }).inputValue();
  const stored = (await (await request.get(`./scenarios/${encodeURIComponent(name)}`)).json()) as {
    edits: Edit[];
  };
  expect(stored.edits).toEqual(edits(village));
  const after = await layerOf(request, 'access_villages', name);
  const opened = (await features(request, after.collection)).find(
    (one) => one.properties.source_id === village.properties.source_id,
  )!;
  expect(opened.properties.possible_class).toBe(village.properties.next_class);
});

test('what blocks offers its works as a scenario', async ({ page, request }) => {
  const { collection, job } = await layerOf(request, 'access_blocks', null);
  const block = (await features(request, collection)).find((one) =>
    edits(one).some((edit) => edit.edit === 'regrade_road'),
  )!;
  await page.goto(`./#run=${job}&sel=${collection.id}/${block.id}`);
  await drawn(page);
  const card = page.getByRole('region', { name: '要素' });
  await expect(card).toContainText(String(block.properties.name));
  await card.getByRole('button', { name: '生成方案并重算' }).click();
  await answered(page);
  const panel = page.getByRole('complementary', { name: '方案' });
  await expect(panel).toContainText('放缓坡度');
});
