/** What the page hands over: the package with its parts, tables and layers as files, the map as picture and sheet. */

import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import type { Download, Page } from '@playwright/test';
import { expect, open, test } from './page';

/** The files of an archive, by its central directory. */
function unzip(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const method = archive.readUInt16LE(at + 10);
    const size = archive.readUInt32LE(at + 20);
    const [name, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const packed = archive.subarray(start, start + size);
    files.set(
      archive.toString('utf8', at + 46, at + 46 + name!),
      method === 8 ? inflateRawSync(packed) : packed,
    );
    at += 46 + name! + extra! + comment!;
  }
  return files;
}

async function read(download: Download): Promise<Buffer> {
  return readFile((await download.path())!);
}

/** Chooses an entry of a menu and gives what is downloaded. */
async function choose(
  page: Page,
  menu: string,
  entry: RegExp,
  within = page.locator('body'),
): Promise<Download> {
  await within.getByRole('button', { name: menu }).first().click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: entry }).click(),
  ]);
  return download;
}

// A package that is being made shows in every page, so one test goes on after the other.
test.describe.configure({ mode: 'default' });

test('makes the package at one button and downloads it', async ({ page }) => {
  // The runs of the start come first, and then everything that is to be drawn and written.
  test.setTimeout(420_000);
  await open(page);
  await page.getByRole('button', { name: '生成成果包' }).click();
  const dialog = page.getByRole('dialog', { name: '生成成果包' });
  await expect(dialog).toContainText('国家标准');
  await expect(dialog).toContainText('青岚县消防专项规划');
  await expect(dialog.getByLabel('审图号')).toBeVisible();
  await expect(dialog.getByLabel('编制单位', { exact: true })).toHaveCount(0);
  const [download] = await Promise.all([
    page.waitForEvent('download', { timeout: 360_000 }),
    dialog.getByRole('button', { name: '开始生成' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('青岚县消防专项规划（2026—2035年）_送审稿_20261128.zip');
  const files = unzip(await read(download));
  const names = [...files.keys()].map((name) => name.split('/').slice(1).join('/'));
  for (const wanted of [
    '1 文本/规划文本.docx',
    '2 说明书/规划说明书.docx',
    '3 图集/规划图集_A3.pdf',
    '4 附表/规划附表.xlsx',
    '5 数据库/XFZXGH.gpkg',
    '6 附件/待核清单.xlsx',
    '7 审查/重算说明.docx',
    '成果清单.txt',
  ])
    expect(names).toContain(wanted);
  const tables = unzip(files.get([...files.keys()].find((name) => name.endsWith('规划附表.xlsx'))!)!);
  expect(tables.get('xl/sharedStrings.xml')!.toString()).toContain('现状消防站');
  await expect(dialog.getByRole('link', { name: /送审稿_20261128\.zip/ })).toBeVisible();
});

test('stops a package that nobody waits for any more', async ({ page }) => {
  await open(page);
  await page.getByRole('button', { name: '生成成果包' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('公示版').check();
  await dialog.getByLabel('规划图集').uncheck();
  await dialog.getByRole('button', { name: '修改全部' }).click();
  await dialog.getByLabel('基准年').fill('26');
  await dialog.getByRole('button', { name: '开始生成' }).click();
  await expect(dialog.getByText('请填四位年份')).toBeVisible();
  await dialog.getByLabel('基准年').fill('2026');
  await dialog.getByRole('button', { name: '开始生成' }).click();
  await dialog.getByRole('button', { name: '中止' }).click();
  await expect(dialog.getByRole('button', { name: '开始生成' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('downloads a table as it is filtered, in words', async ({ page }) => {
  await open(page, '#table=table:village_coverage');
  const tables = page.getByLabel('表格', { exact: true }).first();
  await tables.getByPlaceholder('筛选文字').fill('待核');
  const download = await choose(page, '下载表格', /Excel/, tables);
  expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
  const workbook = unzip(await read(download));
  const words = workbook.get('xl/sharedStrings.xml')!.toString();
  const sheet = workbook.get('xl/worksheets/sheet1.xml')!.toString();
  expect(words).toContain('待核');
  expect(words).not.toMatch(/undetermined|population_people/);
  expect(sheet).toContain('state="frozen"');
  const told = await tables.getByText(/\d+ \/ \d+ 行/).innerText();
  const shown = Number(told.split('/')[0]);
  // Title, source and heading above the rows, a note below them.
  expect(sheet.match(/<row /g)!.length).toBe(shown + 4);
});

test('downloads a layer for handhelds and for QGIS', async ({ page }) => {
  await open(page);
  const row = page.getByRole('treeitem', { name: /^消防站,/ });
  await row.getByText('消防站', { exact: true }).click();
  const gpx = await read(await choose(page, '下载图层', /GPX/, row));
  expect(gpx.toString()).toMatch(/<wpt lat="[\d.]+" lon="[\d.]+"><name>[^<]+<\/name>/);
  const gpkg = await read(await choose(page, '下载图层', /GeoPackage/, row));
  expect(gpkg.subarray(0, 15).toString()).toBe('SQLite format 3');
});

test('saves the map as a picture and as a sheet', async ({ page }) => {
  await open(page);
  const picture = await read(await choose(page, '输出地图', /PNG/));
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
  // Larger than the map itself: the legend stands beside it.
  const box = await page.locator('#map-canvas').boundingBox();
  expect(picture.readUInt32BE(16)).toBeGreaterThan(box!.width);
  const sheet = await choose(page, '输出地图', /A4/);
  expect(sheet.suggestedFilename()).toMatch(/\.pdf$/);
  expect((await read(sheet)).subarray(0, 5).toString()).toBe('%PDF-');
});
