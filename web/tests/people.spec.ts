/** An office: people sign in, see what is theirs, do what their role allows, and what they did is written down. */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { drawn, expect, test as base } from './page';
import { program, serveFolder } from './service';

const root = new URL('../..', import.meta.url).pathname;
const PASSWORD = '消防规划2035';

const test = base.extend<object, { office: string }>({
  office: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const place = mkdtempSync(join(tmpdir(), 'fireplan-office-'));
      const folder = join(place, 'projects');
      mkdirSync(folder);
      const isData = (path: string) => !/scenarios|\.fireplan/.test(path);
      cpSync(join(root, 'data/demo'), join(folder, 'qinglan'), { recursive: true, filter: isData });
      for (const [name, role] of [
        ['张科', 'manage'],
        ['李工', 'view'],
      ])
        execFileSync(program, ['user', 'add', folder, name!, '--role', role!, '--password-stdin'], {
          input: PASSWORD,
        });
      await serveFolder(folder, [], use);
      rmSync(place, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ office }, use) => use(office),
  // The browser tells of every answer that refuses.
  expected: /status of (401|403)/,
});

async function signIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('姓名').fill(name);
  await page.getByLabel('口令').fill(password);
  await page.getByRole('button', { name: '登录' }).click();
}

test('who has not signed in does so first, and comes back to where they were going', async ({ page }) => {
  await page.goto('./areas/qinglan/');
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await signIn(page, '张科', 'wrong 2035');
  await expect(page.getByRole('alert')).toContainText('姓名或口令不对');
  await signIn(page, '张科');
  await expect(page).toHaveURL(/\/areas\/qinglan\//);
  await drawn(page);
  await expect(page.getByText('张科')).toBeVisible();

  await page.getByRole('button', { name: '方案', exact: true }).click();
  await page.getByRole('button', { name: '新建', exact: true }).click();
  await page.getByRole('textbox', { name: '方案名称' }).fill('近期');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('button', { name: '操作记录' }).click();
  const panel = page.getByRole('complementary', { name: '操作记录' });
  await expect(panel).toContainText('新建方案');
  await expect(panel).toContainText('张科');
  await expect(panel.getByRole('status')).toContainText('逐条核对无改动');

  await page.getByRole('button', { name: '退出' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto('./areas/qinglan/');
  await expect(page).toHaveURL(/\/sign-in\?to=/);
});

test('who may only look is offered nothing that would be refused', async ({ page }) => {
  await page.goto('./');
  await signIn(page, '李工');
  await expect(page.getByText('李工')).toBeVisible();
  await expect(page.getByRole('button', { name: '新建项目' })).toHaveCount(0);
  await page.goto('./areas/qinglan/');
  await drawn(page);
  await expect(page.getByRole('button', { name: '操作记录' })).toHaveCount(0);
  await page.getByRole('button', { name: '方案', exact: true }).click();
  await expect(page.getByRole('button', { name: '新建', exact: true })).toBeDisabled();
  const refused = await page.evaluate(async () => {
    const response = await fetch('scenarios', { method: 'POST', body: '{"name":"x"}' });
    return [response.status, ((await response.json()) as { detail: string }).detail] as const;
  });
  expect(refused[0]).toBe(403);
  expect(refused[1]).toContain('需要“编”权限');
});
