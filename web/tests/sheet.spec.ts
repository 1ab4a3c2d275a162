/** A town's sheet of obligations on paper: by itself, complete, and gone from the page once it is printed. */

import { ask, expect, findings, open, test } from './page';

test('the sheet of a town is printed by itself', async ({ page, request }) => {
  await findings(request);
  const job = await ask(request, 'obligations', { profile: 'kaizhou' });
  // What lies on the page while it is printed.
  await page.addInitScript(() => {
    window.print = () => {
      const sheet = document.querySelector('.printed-sheet');
      document.body.dataset.headings = [...(sheet?.querySelectorAll('th') ?? [])]
        .map((heading) => heading.textContent)
        .join('|');
      document.body.dataset.rows = String(sheet?.querySelectorAll('tbody tr').length);
    };
  });
  await open(page, `#run=${job}&sel=${job}-obligation_towns/1`);
  const card = page.getByRole('region', { name: '要素' });
  await card.getByRole('button', { name: '打印清单' }).click();
  await expect(page.locator('body')).toHaveAttribute('data-headings', /任务\|要求\|现有\|尚缺\|完成时限/);
  await expect(page.locator('body')).toHaveAttribute('data-headings', /责任单位/);
  const rows = await card.getByRole('listitem').count();
  await expect(page.locator('body')).toHaveAttribute('data-rows', String(rows));
  await expect(page.locator('.printed-sheet')).toHaveCount(0);
});
