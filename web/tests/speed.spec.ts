/**
 * How much the map costs under the hand: requests of a view, and CPU of the page's process a step of panning, of the wheel and
 * of the pointer. Wall time would tell how busy the machine is.
 */

import type { CDPSession, Page } from '@playwright/test';
import { centreOfMap, drawn, expect, findings, open, test } from './page';

const STEPS = 24;

// The pictures of a trace would be measured, too.
test.use({ trace: 'off' });

test.beforeEach(async ({ request }) => {
  await findings(request);
});

interface Cost {
  cpu_ms: number;
  frames: number;
}

/** The CPU that the process of the page has used so far: scripts, layout, and, without a GPU, painting. */
async function readCpu(cdp: CDPSession): Promise<{ cpu: number; frames: number }> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const find = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0;
  return { cpu: 1000 * find('ProcessTime'), frames: find('Frames') };
}

async function measure(page: Page, cdp: CDPSession, steps: (at: number) => Promise<void>): Promise<Cost> {
  const frames = await page.evaluateHandle(() => {
    const counted = { frames: 0, on: true };
    const count = () => {
      counted.frames += 1;
      if (counted.on) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    return counted;
  });
  const before = await readCpu(cdp);
  for (let at = 0; at < STEPS; at++) await steps(at);
  await page.waitForTimeout(150);
  const after = await readCpu(cdp);
  const drawn = await page.evaluate((counted) => ((counted.on = false), counted.frames), frames);
  return { cpu_ms: (after.cpu - before.cpu) / STEPS, frames: drawn };
}

async function pan(page: Page, cdp: CDPSession): Promise<Cost> {
  const { x, y } = await centreOfMap(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  // Back and forth, so that the same tiles are in sight before and after.
  const cost = await measure(page, cdp, (at) => page.mouse.move(x + 6 * (at % 12), y + 4 * (at % 12)));
  await page.mouse.up();
  return cost;
}

async function wheel(page: Page, cdp: CDPSession): Promise<Cost> {
  const { x, y } = await centreOfMap(page);
  await page.mouse.move(x, y);
  return measure(page, cdp, async (at) => {
    await page.mouse.wheel(0, at < STEPS / 2 ? -60 : 60);
    await page.waitForTimeout(30);
  });
}

async function point(page: Page, cdp: CDPSession): Promise<Cost> {
  const { x, y } = await centreOfMap(page);
  return measure(page, cdp, (at) => page.mouse.move(x - 150 + 12 * at, y - 80 + 7 * (at % 9)));
}

test('draws all layers from one tile a place, and says what a step of the hand costs', async ({ page }) => {
  const tiles: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.includes('/tiles/')) tiles.push(new URL(request.url()).pathname);
  });
  await page.setViewportSize({ width: 1280, height: 720 });
  await open(page, process.env.FIREPLAN_HASH ?? '#');
  const settle = async () => {
    await drawn(page);
    await page.waitForTimeout(400);
  };
  await settle();
  const requests = tiles.length;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  const said: string[] = [`requests ${requests}`];
  for (const [name, act] of [
    ['pan', pan],
    ['wheel', wheel],
    ['pointer', point],
  ] as const) {
    const runs: Cost[] = [];
    for (let run = 0; run < 3; run++) {
      runs.push(await act(page, cdp));
      await settle();
    }
    const best = runs.reduce((a, b) => (a.cpu_ms < b.cpu_ms ? a : b));
    said.push(`${name} ${best.cpu_ms.toFixed(1)} ms CPU, ${(best.frames / STEPS).toFixed(1)} frames`);
  }
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  console.log([...said, `heap ${(usedSize / 1e6).toFixed(1)} MB`].join(' · '));
  if (process.env.FIREPLAN_COMPARE) return;
  // No tile is asked for twice, whatever number of layers is in sight.
  expect(new Set(tiles.slice(0, requests)).size).toBe(requests);
});
