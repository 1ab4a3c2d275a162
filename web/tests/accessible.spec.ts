import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { ask, drawn, expect, findings, test } from './page';

test.beforeEach(async ({ request }) => {
  await findings(request);
});

/** Everything that axe calls serious or critical under WCAG 2.2 AA. */
async function findGrave(page: Page, place: string): Promise<string[]> {
  // A panel that is fading in has colours of its own.
  await page.waitForTimeout(200);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${place}: ${id} ×${nodes.length}: ${nodes[0]!.html.slice(0, 160)} ${nodes[0]!.failureSummary}`,
    );
}

for (const language of ['zh', 'en'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    test(`every panel can be used by everybody, ${language} ${theme}`, async ({ page, request }) => {
      test.setTimeout(240_000);
      const find = (process: string) => ask(request, process);
      const suffix = `&lang=${language}&theme=${theme}`;
      const visit = async (hash: string) => {
        await page.goto('about:blank');
        await page.goto(`./${hash}${suffix}`);
        await drawn(page);
      };
      const grave: string[] = [];
      await visit('#');
      grave.push(...(await findGrave(page, 'overview')));
      for (const tab of ['figures', 'comparison', 'checks', 'notes', 'basis']) {
        await visit(`#run=${await find('coverage')}&tab=${tab}`);
        grave.push(...(await findGrave(page, tab)));
      }
      await visit(`#run=${await find('siting')}&table=layer:stations&sel=stations/1`);
      grave.push(...(await findGrave(page, 'curve, table and card')));
      await visit(`#run=${await find('access')}`);
      grave.push(...(await findGrave(page, 'access')));
      await page.getByRole('button', { name: language === 'zh' ? '新建分析' : 'New run' }).click();
      grave.push(...(await findGrave(page, 'form')));
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: language === 'zh' ? '方案' : 'Scenarios', exact: true }).click();
      grave.push(...(await findGrave(page, 'scenarios')));
      await page
        .getByRole('button', { name: language === 'zh' ? '数据质量' : 'Data quality', exact: true })
        .click();
      grave.push(...(await findGrave(page, 'data quality')));
      await page
        .getByRole('banner')
        .getByRole('button', { name: language === 'zh' ? '用户手册' : 'Manual', exact: true })
        .click();
      grave.push(...(await findGrave(page, 'manual')));
      await page.keyboard.press('Escape');
      await visit('#run=coverage-00000000&ask=coverage');
      grave.push(...(await findGrave(page, 'a link that is gone')));
      expect(grave).toEqual([]);
    });
  }
}

test('leaves room for the map on small screens and at twice the size', async ({ page, request }) => {
  const { job } = await findings(request);
  for (const [width, height, least] of [
    [1280, 720, 600],
    [1024, 768, 380],
    [640, 360, 240],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.goto('about:blank');
    await page.goto(`./#run=${job}`);
    await drawn(page);
    const box = (await page.locator('#map-canvas').boundingBox())!;
    expect(box.width, `${width}`).toBeGreaterThanOrEqual(least);
    expect(box.height, `${height}`).toBeGreaterThanOrEqual(height / 3);
    // Nothing is pushed out of the window.
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, `${width}`).toBeLessThanOrEqual(0);
  }
});
