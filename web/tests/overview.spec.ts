import type { Results } from '../src/api/types';
import { centreOfMap, drawn, expect, findings, landing, open, test } from './page';

test.beforeEach(async ({ request }) => {
  await findings(request);
});

test('opens on the questions with their key figures, and leads to each', async ({ page, request }) => {
  await page.goto('./');
  await drawn(page);
  const panel = page.getByRole('complementary', { name: '成果' });
  const { runs } = await landing(request);
  const questions = panel.getByRole('region', { name: '各项问题' });
  for (const run of runs.filter(({ status }) => status === 'successful').slice(0, 4)) {
    const { figures } = (await (await request.get(`./jobs/${run.job}/results`)).json()) as Results;
    await expect(questions).toContainText(figures[0]!.label.zh);
  }
  await expect(panel.getByRole('region', { name: '下一步' }).getByRole('listitem').first()).toBeVisible();
  await questions.getByRole('button', { name: '消防站选址', exact: true }).click();
  await expect(page).toHaveURL(/run=siting/);
});

test('common settings are plain fields with their clause, and become rules of the run', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: '新建分析' }).click();
  const time = page.getByLabel('响应时间', { exact: true });
  await expect(time).toBeVisible();
  await expect(page.locator('[id="rule-response.time_min-hint"]')).toContainText('5 min');
  // What is rare waits under its heading.
  await expect(page.locator('#field-lattice_m')).toBeHidden();
  await time.fill('6.5');
  await page.getByRole('button', { name: '开始运行' }).click();
  await expect(page.locator('.value').first()).toBeVisible({ timeout: 120_000 });
  await page.getByRole('tab', { name: '依据' }).click();
  await expect(page.locator('#findings-panel')).toContainText('≤ 6.5 min');
});

test('a figure leads to its rows, and to no rules but those that the question reads', async ({ page }) => {
  await open(page);
  const panel = page.locator('#findings-panel');
  await panel.getByText('依据', { exact: true }).first().click();
  await panel.locator('details[open] dd').first().getByRole('button').first().click();
  await expect(page.getByRole('grid')).toBeVisible();
  await panel.locator('details[open]').getByRole('button', { name: '采用的规则' }).click();
  await expect(page.getByRole('tab', { name: '依据' })).toHaveAttribute('aria-selected', 'true');
  await expect(panel).toContainText(/本分析读取 \d+ 条（现行规则共 \d+ 条）/);
  await expect(panel).toContainText('响应时间');
  await expect(panel).not.toContainText('市政消火栓间距');
});

test('finds villages and roads by a part of their name, and coordinates', async ({ page, request }) => {
  const villages = await (await request.get('./collections/villages/items?limit=1')).json();
  const name = String(villages.features[0].properties.name);
  await open(page);
  const search = page.getByRole('combobox', { name: /搜索/ });
  await search.fill(name.slice(0, 2));
  await page.getByRole('option').filter({ hasText: name }).first().click();
  await expect(page.getByRole('region', { name: '要素' })).toContainText(name);
  await search.fill('没有这样的地名');
  await expect(page.getByRole('listbox')).toContainText('没有找到');
  const [lon, lat] = villages.features[0].geometry.coordinates as [number, number];
  await search.fill(`${lat}, ${lon}`);
  await expect(page.getByRole('option', { name: '坐标' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/mark=/);
});

test('measures a line, and keeps a mark with its note in the address', async ({ page }) => {
  await open(page);
  const { x, y } = await centreOfMap(page);
  await page.getByRole('button', { name: '量距离和面积' }).click();
  await page.mouse.click(x - 100, y);
  await page.mouse.click(x + 100, y);
  await expect(page.getByRole('status').filter({ hasText: '长度' })).toContainText(/[\d.]+ km/);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '标记位置并写说明' }).click();
  await page.mouse.click(x, y - 40);
  await page.getByRole('textbox', { name: '标记说明' }).fill('拟建站址');
  await expect(page).toHaveURL(/mark=.*%E6%8B%9F/);
  await page.reload();
  await drawn(page);
  await expect(page).toHaveURL(/mark=/);
});

test('a question mark opens the place of the manual, with clauses as the service has them', async ({
  page,
  request,
}) => {
  await page.goto('./');
  await drawn(page);
  await page.getByRole('button', { name: '用户手册：消防站响应覆盖' }).click();
  const manual = page.getByRole('dialog');
  const chapter = manual.locator('#manual-coverage');
  await expect(chapter).toBeInViewport();
  const rules = await (await request.get('./rules')).json();
  const rule = rules.entries.find(({ key }: { key: string }) => key === 'response.time_min');
  await expect(chapter).toContainText(rule.value.zh);
  await expect(chapter).toContainText(rule.cite);
  // Every question has its chapter.
  const { processes } = await (await request.get('./processes')).json();
  await expect(manual.locator('section h2')).toHaveCount(processes.length + 2);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.page')).toBeHidden();
  await expect(chapter).toBeVisible();
  await page.emulateMedia({ media: 'screen' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    manual.getByRole('button', { name: '存为网页' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/用户手册\.html$/);
  await page.keyboard.press('Escape');
  await expect(manual).toBeHidden();
});

test('beside each figure and parameter a question mark opens its own line', async ({ page }) => {
  await open(page);
  const manual = page.getByRole('dialog');
  const figures = page.getByRole('complementary', { name: '成果' }).locator('li:has(h3)');
  const mark = figures.getByRole('button', { name: /^用户手册：/ }).first();
  const name = (await mark.getAttribute('aria-label'))!.replace('用户手册：', '');
  await mark.click();
  await expect(manual.locator('dl > div').filter({ hasText: name }).first()).toBeInViewport();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '新建分析' }).click();
  await page.getByRole('button', { name: '用户手册：执勤时段' }).click();
  const line = manual.locator('[id$="-parameter-period"]:visible').filter({ hasText: '昼间' });
  await expect(line.and(page.locator('#manual-coverage-parameter-period'))).toBeInViewport();
});
