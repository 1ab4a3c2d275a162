import type { LayerQuality, QualityReport } from '../src/api/types';
import { expect, findings, open, test } from './page';

test.beforeEach(async ({ request }) => {
  await findings(request);
});

test('the report on the data leads from a case to its feature, and to a page to print', async ({
  page,
  request,
}) => {
  const report = (await (await request.get('./quality?f=json')).json()) as QualityReport;
  const leads = (layer: LayerQuality) => layer.notes.some((note) => note.cases.some((one) => one.feature));
  const layer = report.layers.find(leads)!;
  const note = layer.notes.find((one) => one.cases.some(({ feature }) => feature))!;
  const at = note.cases.findIndex(({ feature }) => feature);
  await open(page);
  await page.getByRole('button', { name: '数据质量' }).click();
  const panel = page.getByRole('complementary', { name: '数据质量' });
  // Every layer with its numbers, before and after.
  for (const { title, counts } of report.layers.filter((one) => one.counts)) {
    const row = panel.getByRole('row').filter({ hasText: title.zh }).first();
    await expect(row).toContainText(counts!.read.toLocaleString('en-US'));
    await expect(row).toContainText(counts!.kept.toLocaleString('en-US'));
  }
  await panel.getByRole('button', { name: layer.title.zh, exact: true }).click();
  const section = panel.locator('section').filter({ hasText: note.text.zh });
  await section.getByRole('button', { name: note.cases[at]!.text, exact: true }).first().click();
  await expect(page).toHaveURL(new RegExp(`sel=${layer.layer}/${note.cases[at]!.feature}`));
  await expect(page.getByRole('region', { name: '要素' })).toBeVisible();
  const address = await panel.getByRole('link', { name: '打印报告' }).getAttribute('href');
  const printed = await (await request.get(address!)).text();
  expect(printed).toContain('数据质量报告');
  expect(printed).toContain(`id="note-${note.note}"`);
  await panel.getByRole('button', { name: '关闭' }).click();
  await expect(page.locator('#findings-panel')).toBeVisible();
});
