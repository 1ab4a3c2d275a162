import { describe, expect, it } from 'vitest';
import { makeAddress } from './formats';

describe('the address of a download', () => {
  it('names the format and what is filtered', () => {
    expect(makeAddress({ layer: 'villages' }, 'gpkg', ' ')).toMatch(
      /\/collections\/villages\/items\?f=gpkg$/,
    );
    expect(makeAddress({ layer: 'gaps' }, 'sheets', '城关')).toMatch(/\/collections\/gaps\/sheets\?f=pdf&q=/);
    const table = makeAddress({ job: 'coverage-1', table: 'checks' }, 'xlsx', ' 李家 待核');
    const address = new URL(table);
    expect(address.pathname).toMatch(/\/jobs\/coverage-1\/tables\/checks$/);
    expect(address.searchParams.get('q')).toBe('李家 待核');
  });
});
