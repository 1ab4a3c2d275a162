import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { defineConfig } from '@playwright/test';

const root = new URL('..', import.meta.url).pathname;
const program = process.env.FIREPLAN_BIN ?? `${root}target/debug/fireplan`;
const area = process.env.FIREPLAN_AREA ?? `${root}data/demo`;

// A free port, the same for every worker.
process.env.FIREPLAN_PORT ??= execFileSync(process.execPath, [
  '-e',
  'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })',
])
  .toString()
  .trim();
const address = process.env.FIREPLAN_URL ?? `http://127.0.0.1:${process.env.FIREPLAN_PORT}`;

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  timeout: 150_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  webServer: process.env.FIREPLAN_URL
    ? undefined
    : {
        // Scenarios are kept elsewhere: the area's folder stays as it is.
        command: `"${program}" serve "${area}" --port ${process.env.FIREPLAN_PORT} --store "${tmpdir()}/fireplan-${process.env.FIREPLAN_PORT}.sqlite"`,
        url: `${address}/conformance`,
        timeout: 120_000,
      },
  use: {
    baseURL: address,
    locale: 'zh-CN',
    viewport: { width: 1440, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--font-render-hinting=none',
        '--force-color-profile=srgb',
      ],
    },
  },
});
