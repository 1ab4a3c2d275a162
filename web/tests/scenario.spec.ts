import type { Page } from '@playwright/test';
import type { Comparison, Scenario } from '../src/api/types';
import { ask, centreOfMap, drawn, expect, findings, open, test } from './page';
import { countLike } from './pixels';

test.beforeEach(async ({ request }) => {
  await findings(request);
});

/** Opens the panel with a new scenario, the map centred on the first station. */
async function planning(page: Page, name: string): Promise<void> {
  const stations = await (await page.request.get('./collections/stations/items?limit=1')).json();
  const [lon, lat] = stations.features[0].geometry.coordinates;
  await open(page, `#map=14/${lat}/${lon}`);
  await page.getByRole('button', { name: '方案', exact: true }).click();
  const panel = page.getByRole('complementary', { name: '方案' });
  await panel.getByRole('button', { name: '新建', exact: true }).click();
  await panel.getByRole('textbox', { name: '方案名称' }).fill(name);
  await panel.getByRole('button', { name: '保存' }).click();
  await expect(panel.getByRole('combobox', { name: '方案', exact: true })).toHaveValue(name);
  await drawn(page);
}

const stored = async (page: Page, name: string) =>
  (await (await page.request.get(`./scenarios/${encodeURIComponent(name)}`)).json()) as Scenario;

/** Waits for the figures under the scenario. */
async function answered(page: Page): Promise<void> {
  await expect(page.getByText(/改动后 .* 秒得到新结果/)).toBeVisible({ timeout: 50_000 });
  await expect(page.getByRole('tab', { name: '对比' })).toHaveAttribute('aria-selected', 'true');
}

test('drops a station, drags it, undoes it, and shows what changes', async ({ page }) => {
  const name = `落站 ${Date.now()}`;
  await planning(page, name);
  const panel = page.getByRole('complementary', { name: '方案' });
  await panel.getByRole('button', { name: '新建消防站', exact: true }).click();
  const { x, y } = await centreOfMap(page);
  await page.mouse.click(x + 180, y + 120);
  await expect(panel.getByText('新建消防站“新站1”')).toBeVisible();
  await answered(page);
  const findingsPanel = page.locator('#findings-panel');
  await expect(findingsPanel).toContainText('增减');
  await expect(findingsPanel).toContainText('改善');
  await expect(page.getByRole('tree').getByText('变化：', { exact: false }).first()).toBeVisible();

  const [before] = (await stored(page, name)).edits;
  await panel.getByRole('button', { name: '新建消防站', exact: true }).click();
  await page.mouse.move(x + 180, y + 120);
  await page.mouse.down();
  await page.mouse.move(x + 100, y + 60, { steps: 6 });
  await page.mouse.up();
  await expect.poll(async () => (await stored(page, name)).edits[0]).not.toEqual(before);
  await expect(panel.getByText('正在重算…')).toBeHidden({ timeout: 50_000 });
  expect((await stored(page, name)).edits).toHaveLength(1);

  // Undoing goes back one change at a time: the drag, and then the station; redoing brings both back.
  const dragged = (await stored(page, name)).edits;
  const [undo, redo] = ['撤销上一步', '重做'].map((label) => panel.getByRole('button', { name: label }));
  await expect(redo!).toBeDisabled();
  for (const [button, left] of [
    [undo!, [before]],
    [undo!, []],
    [redo!, [before]],
    [redo!, dragged],
  ] as const) {
    await button.click();
    await expect.poll(async () => (await stored(page, name)).edits).toEqual(left);
    await expect(panel.getByText('正在重算…')).toBeHidden({ timeout: 50_000 });
  }
  await expect(redo!).toBeDisabled();

  // Every step is a revision, the first of them without an edit.
  await panel.getByText('历次修改').click();
  await expect(panel.getByText(/^第 \d+ 版/)).toHaveCount((await stored(page, name)).revision);
  await expect(panel.getByRole('button', { name: '恢复此版' }).first()).toBeDisabled();
});

test('figures follow at once, the whole run comes after, and both sides stand on two maps', async ({
  page,
}) => {
  const name = `并排 ${Date.now()}`;
  await planning(page, name);
  const panel = page.getByRole('complementary', { name: '方案' });
  await panel.getByRole('button', { name: '新建消防站', exact: true }).click();
  const { x, y } = await centreOfMap(page);
  const followed = page.waitForResponse((response) => response.url().includes('/scenarios/'));
  await page.mouse.click(x + 180, y + 120);
  expect((await followed).ok()).toBeTruthy();
  await answered(page);
  // No run yet, and nothing to set beside it.
  const findingsPanel = page.locator('#findings-panel');
  await expect(findingsPanel).toContainText('停手后自动完整运行');
  const figures = await findingsPanel.getByRole('table').first().innerText();
  const split = findingsPanel.getByRole('button', { name: '两图并排' });
  await expect(split).toBeVisible({ timeout: 100_000 });
  // The same figures, whichever way they were computed; the whole run adds how many places were audited.
  const whole = await findingsPanel.getByRole('table').first().innerText();
  for (const line of figures.split('\n')) expect(whole).toContain(line);

  await split.click();
  const left = page.getByRole('application', { name: '对比地图(原)' });
  await expect(left).toBeVisible();
  await expect(page.locator('.left-side')).toContainText('现状');
  await expect(page.locator('.right-side')).toContainText(name);
  await expect(left.locator('canvas').first()).toBeVisible();
  // The right half keeps its place beside the left one.
  const [a, b] = [await left.boundingBox(), await page.locator('#map-canvas').boundingBox()];
  expect(Math.abs(a!.width - b!.width)).toBeLessThan(4);
  expect(a!.x + a!.width).toBeLessThanOrEqual(b!.x + 2);
  await split.click();
  await expect(left).toBeHidden();

  // On one map, the border between both runs is dragged.
  await page.getByRole('button', { name: '卷帘对比' }).click();
  const border = page.getByRole('separator', { name: '两次成果的分界线' });
  await expect(border).toHaveAttribute('aria-valuenow', '50');
  const room = (await page.locator('#map-canvas').boundingBox())!;
  await page.mouse.move(room.x + room.width / 2, room.y + 200);
  await page.mouse.down();
  await page.mouse.move(room.x + room.width / 4, room.y + 200, { steps: 3 });
  await page.mouse.up();
  await expect(border).toHaveAttribute('aria-valuenow', '25');
  await border.press('ArrowRight');
  await expect(border).toHaveAttribute('aria-valuenow', '27');
});

test('a scenario is renamed, copied and deleted, and outlives the page', async ({ page }) => {
  const name = `管理 ${Date.now()}`;
  await planning(page, name);
  const panel = page.getByRole('complementary', { name: '方案' });
  for (const [button, next] of [
    ['改名', `${name} 甲`],
    ['复制', `${name} 乙`],
  ] as const) {
    await panel.getByRole('button', { name: button }).click();
    await panel.getByRole('textbox', { name: '方案名称' }).fill(next);
    await page.keyboard.press('Enter');
    await expect(panel.getByRole('combobox', { name: '方案', exact: true })).toHaveValue(next);
  }
  await page.reload();
  await drawn(page);
  // The address names the scenario, so its panel is open again.
  const choice = panel.getByRole('combobox', { name: '方案', exact: true });
  await expect(choice).toHaveValue(`${name} 乙`);
  await expect(choice.getByRole('option', { name: `${name} 甲` })).toBeAttached();
  page.on('dialog', (dialog) => void dialog.accept());
  await panel.getByRole('button', { name: '删除' }).click();
  await expect(choice.getByRole('option', { name: `${name} 乙` })).toHaveCount(0);
  await expect(choice.getByRole('option', { name: `${name} 甲` })).toBeAttached();
});

test('from the keyboard, a tool takes the middle of the map and Escape puts it away', async ({ page }) => {
  const name = `键盘 ${Date.now()}`;
  await planning(page, name);
  const tool = page.getByRole('button', { name: '新建消火栓', exact: true });
  await tool.focus();
  await page.keyboard.press('Enter');
  await expect(tool).toHaveAttribute('aria-pressed', 'true');
  await page.locator('#map-canvas').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('新建消火栓“新栓1”')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(tool).toHaveAttribute('aria-pressed', 'false');
});

test('another rule profile is asked at once and compared', async ({ page }) => {
  await open(page);
  const profile = page.getByRole('combobox', { name: '规则' });
  await expect(profile).toHaveValue('national');
  await profile.selectOption({ label: '启东市' });
  await expect(page.getByRole('tab', { name: '对比' })).toHaveAttribute('aria-selected', 'true', {
    timeout: 50_000,
  });
  await expect(page.locator('#findings-panel')).toContainText('国家标准 → 启东市');
  await expect(profile).toHaveValue('qidong');
});

test('two runs of one analysis are set side by side', async ({ page, request }) => {
  const job = await ask(request, 'coverage');
  const other = await ask(request, 'coverage', { set: ['response.time_min=8'] });
  const comparison = (await (await request.get(`./jobs/${job}/comparison/${other}`)).json()) as Comparison;
  await open(page, `#run=${other}`);
  await page.getByRole('tab', { name: '对比' }).click();
  await page.getByRole('combobox', { name: '对比对象' }).selectOption(job);
  const panel = page.locator('#findings-panel');
  await expect(panel).toContainText('≤ 5 min → ≤ 8 min');
  for (const figure of comparison.figures) await expect(panel).toContainText(figure.label.zh);
  const changed = comparison.layers.find((layer) => layer.layer === 'coverage_built_up')!;
  await panel
    .locator('section', { hasText: changed.title.zh })
    .getByRole('button', { name: '全部变化' })
    .click();
  await expect(page.getByRole('grid')).toContainText('改善');
  await page.getByRole('grid').locator('tbody tr.row').first().click();
  await expect(page.getByRole('region', { name: '要素' })).toContainText('→');
});

test('what somebody else changes in the scenario is taken over and told', async ({ page }) => {
  const name = `共编 ${Date.now()}`;
  await planning(page, name);
  const panel = page.getByRole('complementary', { name: '方案' });
  const { revision } = await stored(page, name);
  const stations = await (await page.request.get('./collections/stations/items?limit=1')).json();
  const [lon, lat] = stations.features[0].geometry.coordinates;
  const edits = [{ edit: 'add_station', name: '他人的站', at: [lon + 0.01, lat] }];
  const answer = await page.request.put(`./scenarios/${encodeURIComponent(name)}`, {
    data: { edits, revision },
  });
  expect(answer.ok()).toBeTruthy();
  await expect(panel.getByText('新建消防站“他人的站”')).toBeVisible({ timeout: 10_000 });
  await expect(page.getByRole('status').filter({ hasText: '已被他人修改' })).toBeVisible();
});

test('the map of a run under a scenario has its stations, and none where they were', async ({
  page,
  request,
}) => {
  const stations = await (await request.get('./collections/stations/items?limit=1')).json();
  const [lon, lat] = stations.features[0].geometry.coordinates as [number, number];
  const to = [Number((lon + 0.02).toFixed(6)), Number((lat + 0.01).toFixed(6))];
  const name = `迁站 ${Date.now()}`;
  const edits = [{ edit: 'move_station', station: '#1', to }];
  expect((await request.post('./scenarios', { data: { name, edits } })).ok()).toBeTruthy();
  const job = await ask(request, 'coverage', { scenario: name });
  const clickAt = async ([east, north]: number[]) => {
    await page.goto('about:blank');
    await open(page, `#map=16/${north}/${east}&run=${job}`);
    const { x, y } = await centreOfMap(page);
    const clip = { x: x - 14, y: y - 14, width: 28, height: 28 };
    // The sign of a station that moves has the accent of the page.
    const seen = await countLike(page, await page.screenshot({ clip }), [20, 96, 124]);
    await page.mouse.click(x, y);
    return seen;
  };
  const marked = await clickAt(to);
  const empty = await clickAt([lon, lat]);
  await expect(page).not.toHaveURL(/sel=stations\/1\b/);
  expect(marked).toBeGreaterThan(40);
  expect(empty).toBeLessThan(10);
  // Without the scenario, the station is where it was.
  const { job: base } = await findings(request);
  await page.goto('about:blank');
  await open(page, `#map=16/${lat}/${lon}&run=${base}`);
  const { x, y } = await centreOfMap(page);
  await page.mouse.click(x, y);
  await expect(page).toHaveURL(/sel=stations\/1\b/);
  await request.delete(`./scenarios/${encodeURIComponent(name)}`);
});
