import { ask, expect, open, test, findings } from './page';

test('answers where, how many and why not fewer, and a plan becomes a scenario', async ({
  page,
  request,
}) => {
  await findings(request);
  const job = await ask(request, 'siting');
  await open(page, `#run=${job}`);
  const panel = page.getByRole('complementary', { name: '成果' });
  await expect(panel.getByText('新站建在哪里？')).toBeVisible();
  await expect(panel.getByText(/任何方案最多覆盖/)).toBeVisible();
  await expect(panel.getByRole('img', { name: '建站数与覆盖率' })).toBeVisible();
  const proposals = panel.getByRole('region', { name: '可采纳的方案' });
  await proposals.getByRole('button', { name: '另存为方案' }).first().click();
  // It is now a scenario with its stations, and the coverage under it stands beside today's.
  const scenarios = page.getByRole('complementary', { name: '方案' });
  await expect(scenarios.getByText(/新建消防站“/).first()).toBeVisible();
  await expect(panel.getByRole('tab', { name: '对比' })).toHaveAttribute('aria-selected', 'true');
  await expect(panel.getByText(/人口覆盖率/).first()).toBeVisible();
  const name = await scenarios.getByRole('combobox', { name: '方案' }).inputValue();
  await page.request.delete(`./scenarios/${encodeURIComponent(name)}`);
});
