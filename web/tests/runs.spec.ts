import { expect, findings, landing, open, test } from './page';

test('a run is named and pinned, and is called so after the page is opened again', async ({
  page,
  request,
}) => {
  await open(page);
  const { job } = await findings(request);
  const name = page.getByRole('textbox', { name: '成果名称' });
  await name.fill('送审稿');
  await name.press('Enter');
  await page.getByRole('button', { name: '固定：不因磁盘限额被删除' }).click();
  const unpin = page.getByRole('button', { name: '取消固定' });
  await expect(unpin).toHaveAttribute('aria-pressed', 'true');
  await page.reload();
  await expect(page.getByRole('combobox', { name: '运行' }).locator('option:checked')).toContainText(
    '送审稿',
  );
  const { runs } = await landing(request);
  const run = runs.find((one) => one.job === job);
  expect(run).toMatchObject({ name: '送审稿', pinned: true, outdated: false });
  await unpin.click();
  await name.fill('');
  await name.press('Enter');
  await expect(page.getByRole('button', { name: '固定：不因磁盘限额被删除' })).toBeVisible();
});

test('a run that is deleted is gone, and the overview is shown', async ({ page, request }) => {
  const asked = await request.post('./processes/coverage/execution', {
    data: { inputs: { bands_min: [4, 9] } },
    headers: { prefer: 'respond-async' },
  });
  const job = asked.headers()['location']!.split('/').pop()!;
  const status = async () => (await (await request.get(`./jobs/${job}`)).json()).status;
  await expect.poll(status, { timeout: 60_000 }).toBe('successful');
  await open(page, `#run=${job}`);
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('button', { name: '删除这次成果' }).click();
  await expect(page.getByRole('combobox', { name: '运行' }).locator('option:checked')).toHaveText('总览');
  expect((await request.get(`./jobs/${job}`)).status()).toBe(404);
});
