import type { Page } from '@playwright/test';
import { ask, drawn, expect, findings, landing, open, test } from './page';

test.beforeEach(async ({ request }) => {
  await findings(request);
});

const panel = (page: Page) => page.getByRole('complementary', { name: '成果' });

test('a link to a run that is gone says so and asks the same question again', async ({ page }) => {
  const question = encodeURIComponent('{"set":["response.time_min=7"]}');
  await page.goto(`./#run=coverage-00000000&ask=coverage:${question}`);
  await drawn(page);
  const gone = page.getByRole('alert');
  await expect(gone).toContainText('链接所指的成果已不存在');
  await expect(gone).toContainText('响应时间 7 分钟');
  // No other analysis is opened in its place.
  await expect(panel(page).getByRole('tab')).toHaveCount(0);
  await expect(page).toHaveURL(/run=coverage-00000000/);
  await gone.getByRole('button', { name: '重新运行同一问题' }).click();
  await expect(panel(page).locator('.value').first()).toBeVisible({ timeout: 120_000 });
  await expect(page).not.toHaveURL(/00000000/);
  await panel(page).getByRole('tab', { name: '依据' }).click();
  await expect(panel(page)).toContainText('≤ 7 min');
});

test('a colleague who opens the link sees the same comparison, on two maps', async ({
  page,
  context,
  request,
}) => {
  const { job } = await findings(request);
  const other = await ask(request, 'coverage', { set: ['response.time_min=9'] });
  await open(page, `#run=${other}&hide=forests&mark=31/102/${encodeURIComponent('此处已拆')}`);
  await panel(page).getByRole('tab', { name: '对比' }).click();
  await page.getByRole('combobox', { name: '对比对象' }).selectOption(job);
  await panel(page).getByRole('button', { name: '两图并排' }).click();
  await expect(page.getByRole('application', { name: '对比地图(原)' })).toBeVisible();
  await expect(page).toHaveURL(/ask=coverage:.*vs=.*split=1.*mark=/);
  const again = await context.newPage();
  await again.goto(page.url());
  await drawn(again);
  await expect(again.getByRole('application', { name: '对比地图(原)' })).toBeVisible();
  await expect(again.getByRole('combobox', { name: '对比对象' })).toHaveValue(job);
  await expect(again.getByRole('tab', { name: '对比' })).toHaveAttribute('aria-selected', 'true');
  await expect.poll(() => new URL(again.url()).hash).toBe(new URL(page.url()).hash);
});

test('a step back stays in the page and undoes one thing', async ({ page }) => {
  await page.goto('./');
  await drawn(page);
  const chooser = panel(page).getByRole('combobox', { name: '运行' });
  await expect(chooser).toHaveValue('');
  await panel(page).getByRole('button', { name: '消防站响应覆盖', exact: true }).click();
  await expect(page).toHaveURL(/run=coverage/);
  await expect(page).toHaveURL(/ask=coverage/);
  await panel(page).getByRole('tab', { name: /条款/ }).click();
  await expect(page).toHaveURL(/tab=checks/);
  await page.goBack();
  await expect(panel(page).getByRole('tab', { name: '指标' })).toHaveAttribute('aria-selected', 'true');
  await page.goBack();
  await expect(chooser).toHaveValue('');
  await page.goForward();
  await expect(chooser).not.toHaveValue('');
});

test('a card is that of the run beside it', async ({ page, request }) => {
  const { job, results } = await findings(request);
  const table = results.tables.find((one) => one.layer?.endsWith('coverage_villages'))!;
  await open(page, `#run=${job}&sel=${table.layer}/1`);
  const card = page.getByRole('region', { name: '要素' });
  await expect(card).toBeVisible();
  const name = await card.getByRole('heading').first().innerText();
  await page.getByRole('combobox', { name: '规则' }).selectOption({ label: '启东市' });
  await expect(page).toHaveURL(/vs=/, { timeout: 120_000 });
  const now = new URL(page.url()).hash.match(/run=([^&]+)/)![1]!;
  expect(now).not.toBe(job);
  await expect(card.getByRole('heading').first()).toHaveText(name);
  await expect(page).toHaveURL(new RegExp(`sel=${now}-coverage_villages/`));
});

test.describe('without the service', () => {
  test.use({ expected: /ERR_FAILED|ERR_CONNECTION|Failed to load/ });

  test('the page says so within five seconds, claims nothing, and recovers by itself', async ({ page }) => {
    await open(page);
    await page.route('**/*', (route) => route.abort());
    const notice = page.getByRole('alert').filter({ hasText: '正在自动重连' });
    await expect(notice).toBeVisible({ timeout: 5000 });
    // What is asked for now is not done, and nothing says that it was.
    await page.getByRole('button', { name: '方案', exact: true }).click();
    await expect(page.getByRole('complementary', { name: '方案' })).toContainText('与服务失去联系');
    await expect(page.locator('body')).not.toContainText(/Failed to fetch|已中止/);
    await expect(page.locator('.value').first()).toBeVisible();
    await page.unroute('**/*');
    await expect(notice).toBeHidden({ timeout: 8000 });
    await expect(page.getByRole('complementary', { name: '方案' })).not.toContainText('失去联系');
    await drawn(page);
    const { runs } = await landing(page.request);
    await expect(panel(page).getByRole('combobox', { name: '运行' }).getByRole('option')).toHaveCount(
      runs.filter((run) => run.job).length + 1,
    );
  });
});
