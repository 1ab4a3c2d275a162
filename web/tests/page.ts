/** A page that fails its test on any console error and on any request to another host. */

import { test as base, expect, type APIRequestContext, type Page } from '@playwright/test';
import type { Collection, Landing, Results } from '../src/api/types';

export { expect };

export const test = base.extend<{ errors: string[]; expected: RegExp }>({
  /** What may go wrong in a test that makes it go wrong. */
  expected: [/$^/, { option: true }],
  errors: [
    async ({ page, baseURL, expected }, use) => {
      const errors: string[] = [];
      const own = new URL(baseURL!).origin;
      // The pages of two tests share a service, and one may dismiss a run that the other has just seen and asks after.
      const isDismissed = (address: string, text: string) =>
        /\/jobs\/[^/]+$/.test(address) && text.includes('404');
      page.on('console', (message) => {
        if (message.type() === 'error' && !isDismissed(message.location().url, message.text()))
          errors.push(`console: ${message.text()}`);
      });
      page.on('pageerror', (error) => errors.push(`page: ${error.stack}`));
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (/^(https?|wss?):$/.test(url.protocol) && url.origin !== own) errors.push(`request: ${url}`);
      });
      await use(errors);
      expect(errors.filter((error) => !expected.test(error))).toEqual([]);
    },
    { auto: true },
  ],
});

/** Opens the page, at the coverage as it was run at the start unless the address names a run, and waits until it is drawn. */
export async function open(page: Page, hash = '#'): Promise<void> {
  const { job } = await findings(page.request);
  const run = hash.includes('run=') ? '' : `${hash === '#' ? '' : '&'}run=${job}`;
  await page.goto(`./${hash}${run}`);
  await drawn(page);
}

export async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => window.ready === true, null, { timeout: 30_000 });
}

export async function landing(request: APIRequestContext): Promise<Landing['fireplan']> {
  const response = await request.get('./?f=json');
  return ((await response.json()) as Landing).fireplan;
}

export async function collections(request: APIRequestContext): Promise<Collection[]> {
  const response = await request.get('./collections');
  return ((await response.json()) as { collections: Collection[] }).collections;
}

/** The job of a question; the service keeps only so many, and answers one anew that it has dropped. */
export async function ask(
  request: APIRequestContext,
  process: string,
  inputs: Record<string, unknown> = {},
): Promise<string> {
  const answer = await request.post(`./processes/${process}/execution`, {
    data: { inputs },
    timeout: 110_000,
  });
  expect(answer.ok(), await answer.text()).toBeTruthy();
  return answer.headers().link!.match(/jobs\/([^>]+)>/)![1]!;
}

/** The coverage with its defaults; waits until every question asked at the start is answered. */
export async function findings(request: APIRequestContext): Promise<{ job: string; results: Results }> {
  await expect
    .poll(
      async () => {
        const { runs } = await landing(request);
        return runs.some(({ status }) => status === 'accepted' || status === 'running');
      },
      { timeout: 110_000 },
    )
    .toBe(false);
  const job = await ask(request, 'coverage');
  const response = await request.get(`./jobs/${job}/results`);
  return { job, results: (await response.json()) as Results };
}

/** Where a point feature lies on the screen when the map is centred on it. */
export async function centreOfMap(page: Page): Promise<{ x: number; y: number }> {
  const box = await page.locator('#map-canvas').boundingBox();
  return { x: box!.x + box!.width / 2, y: box!.y + box!.height / 2 };
}
