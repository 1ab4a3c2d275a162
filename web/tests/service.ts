/** A service of its own for a test: started on a free port, and gone before its files are. */

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const root = new URL('../..', import.meta.url).pathname;
export const program = process.env.FIREPLAN_BIN ?? `${root}target/debug/fireplan`;

/** Serves a folder of projects while `use` lasts. */
export async function serveFolder(
  folder: string,
  options: string[],
  use: (address: string) => Promise<void>,
): Promise<void> {
  const port = await findPort();
  const address = `http://127.0.0.1:${port}/`;
  const server = spawn(program, ['serve', folder, '--port', String(port), ...options]);
  // It may be writing a run into the folder until it has ended.
  const ended = new Promise((resolve) => server.once('exit', resolve));
  try {
    const end = Date.now() + 50_000;
    const answers = () => fetch(`${address}health`).then(({ ok }) => ok, () => false); // prettier-ignore
    while (!(await answers())) {
      if (Date.now() > end || server.exitCode !== null) throw new Error('the service does not start');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await use(address);
  } finally {
    server.kill();
    await ended;
  }
}

function findPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address!.port : 0));
    });
  });
}
