/** Builds processes for tests. */

import type { Process, Schema } from '../api/types';

export function makeProcess(inputs: Record<string, Schema>): Process {
  return {
    id: 'p',
    version: '1',
    title: 'p',
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, schema]) => [
        name,
        { title: schema.description, description: schema.description, schema },
      ]),
    ),
  };
}
