/** Reads the JSON Schema of the inputs of a process. */

import type { Schema } from '../api/types';

/** Follows references, and takes off `or null`, which makes the value optional. */
export function resolveSchema(schema: Schema, root: Schema): { schema: Schema; optional: boolean } {
  let optional = false;
  let at = schema;
  for (let depth = 0; depth < 8; depth++) {
    if (at.$ref) {
      const name = at.$ref.split('/').pop() ?? '';
      const { $ref: _, ...own } = at;
      at = { ...(root.$defs?.[name] ?? {}), ...own };
      continue;
    }
    if (at.allOf?.length === 1) {
      const { allOf: [inner] = [], ...own } = at;
      at = { ...inner, ...own };
      continue;
    }
    const either = at.anyOf ?? at.oneOf;
    const some = either?.filter((one) => one.type !== 'null');
    if (either && some && some.length < either.length && some.length === 1) {
      optional = true;
      const { anyOf: _a, oneOf: _o, ...own } = at;
      at = { ...some[0], ...own };
      continue;
    }
    break;
  }
  if (Array.isArray(at.type) && at.type.includes('null')) optional = true;
  return { schema: at, optional };
}

/** Returns the type beside `null`; the empty text if there is none. */
export function findType(schema: Schema): string {
  return (Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type) ?? '';
}
