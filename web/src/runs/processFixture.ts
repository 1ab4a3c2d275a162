/** Builds processes for tests. */

import type { Process, Schema } from '../api/types';

export function makeProcess(inputs: Record<string, Schema>): Process {
  const text = { zh: 'p', en: 'p' };
  return {
    id: 'p',
    version: '1',
    title: 'p',
    description: 'p',
    jobControlOptions: [],
    outputTransmission: [],
    links: [],
    fireplan: {
      title: text,
      description: text,
      lacks: [],
      needs: [],
      reads: [],
      rules: [],
      live: false,
      settles: false,
      judged_by: null,
    },
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, schema]) => {
        const description = schema.description ?? name;
        return [name, { title: description, description, minOccurs: 0, maxOccurs: 1, schema }];
      }),
    ),
    outputs: {},
  };
}
