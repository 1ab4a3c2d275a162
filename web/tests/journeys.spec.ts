/** What the three users do first, with the number of clicks that each takes and a picture of where it ends. */

import type { Locator, Page, TestInfo } from '@playwright/test';
import type { Results, ScenarioHistory } from '../src/api/types';
import { ask, centreOfMap, drawn, expect, findings, test } from './page';

test.beforeEach(async ({ request }) => {
  await findings(request);
});

/** Counts what the hand does. */
class Hand {
  acts = 0;
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async click(target: Locator): Promise<void> {
    this.acts += 1;
    await target.click();
  }

  async choose(target: Locator, label: string): Promise<void> {
    this.acts += 1;
    await target.selectOption({ label });
  }

  async clickAt(x: number, y: number): Promise<void> {
    this.acts += 1;
    await this.page.mouse.click(x, y);
  }

  async tell(info: TestInfo): Promise<void> {
    console.log(`${info.title}: ${this.acts} clicks`);
    await info.attach(info.title, { body: await this.page.screenshot(), contentType: 'image/png' });
  }
}

async function begin(page: Page): Promise<Hand> {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto('./');
  await drawn(page);
  return new Hand(page);
}

const panel = (page: Page) => page.getByRole('complementary', { name: '成果' });

test('bureau: local rules, another time, and where a number comes from', async ({ page }, info) => {
  const hand = await begin(page);
  await hand.click(panel(page).getByRole('button', { name: '消防站响应覆盖', exact: true }));
  await hand.choose(page.getByRole('combobox', { name: '规则' }), '启东市');
  await expect(panel(page)).toContainText('国家标准 → 启东市', { timeout: 120_000 });
  await hand.click(page.getByRole('button', { name: '新建分析' }));
  await page.getByLabel('响应时间', { exact: true }).fill('7');
  await hand.click(page.getByRole('button', { name: '开始运行' }));
  await expect(page.locator('.value').first()).toBeVisible({ timeout: 120_000 });
  await hand.click(page.locator('#findings-panel').getByText('依据', { exact: true }).first());
  await hand.click(page.locator('#findings-panel').getByRole('button', { name: '采用的规则' }));
  await expect(page.locator('#findings-panel')).toContainText('≤ 7 min');
  await hand.tell(info);
  expect(hand.acts).toBeLessThanOrEqual(6);
});

test('forestry: the most urgent gap, and its sheet', async ({ page, request }, info) => {
  const run = { job: await ask(request, 'firebreaks') };
  const hand = await begin(page);
  const { tables } = (await (await request.get(`./jobs/${run.job}/results`)).json()) as Results;
  const gaps = tables.find(({ id }) => id === 'firebreak_gaps')!;
  await hand.click(panel(page).getByRole('button', { name: '林火阻隔系统', exact: true }));
  await hand.click(page.getByRole('tab', { name: gaps.title.zh, exact: true }));
  await hand.click(page.getByRole('grid').locator('tbody tr.row').first());
  const sheet = page.getByRole('region', { name: '要素' }).getByRole('link', { name: '打印现场核查单' });
  expect((await request.get((await sheet.getAttribute('href'))!)).ok()).toBeTruthy();
  await hand.tell(info);
  expect(hand.acts).toBeLessThanOrEqual(3);
});

test('brigade: a station added, dragged, taken back, and shared', async ({
  page,
  context,
  request,
}, info) => {
  const hand = await begin(page);
  const name = `站点 ${Date.now()}`;
  await hand.click(panel(page).getByRole('button', { name: '消防站响应覆盖', exact: true }));
  await hand.click(page.getByRole('button', { name: '方案', exact: true }));
  const plans = page.getByRole('complementary', { name: '方案' });
  await hand.click(plans.getByRole('button', { name: '新建', exact: true }));
  await plans.getByRole('textbox', { name: '方案名称' }).fill(name);
  await page.keyboard.press('Enter');
  await hand.click(plans.getByRole('button', { name: '新建消防站', exact: true }));
  await drawn(page);
  const { x, y } = await centreOfMap(page);
  await hand.clickAt(x + 60, y + 60);
  await expect(page.getByText(/改动后 .* 秒得到新结果/)).toBeVisible({ timeout: 120_000 });
  await page.keyboard.press('Escape');
  hand.acts += 1;
  await page.mouse.move(x + 60, y + 60);
  await page.mouse.down();
  await page.mouse.move(x + 20, y + 30, { steps: 5 });
  await page.mouse.up();
  const history = async () =>
    (await (await request.get(`./scenarios/${encodeURIComponent(name)}/history`)).json()) as ScenarioHistory;
  const count = async () => (await history()).revisions.length;
  await expect.poll(count, { timeout: 20_000 }).toBe(3);
  await expect(plans.getByText('正在重算…')).toBeHidden({ timeout: 120_000 });
  await hand.tell(info);
  // A colleague sees the same scenario.
  const again = await context.newPage();
  await again.goto(page.url());
  await drawn(again);
  const theirs = again.getByRole('complementary', { name: '方案' });
  await expect(theirs.getByRole('combobox', { name: '方案', exact: true })).toHaveValue(name);
  await again.close();
  await hand.click(plans.getByRole('button', { name: '撤销上一步' }));
  // The drag is taken back, and the station stands where it was put.
  await expect.poll(count, { timeout: 20_000 }).toBe(4);
  const { revisions } = await history();
  expect(revisions[3]?.edits).toEqual(revisions[1]?.edits);
  expect(hand.acts).toBeLessThanOrEqual(7);
  // The page asks after the scenario as long as it is open.
  await page.goto('about:blank');
  await request.delete(`./scenarios/${encodeURIComponent(name)}`);
});
