import { describe, expect, it } from 'vitest';
import { findProjectId, keepLook, makeListAddress } from './place';

describe('the way between the list and an area', () => {
  it('keeps language and theme, and nothing of the map', () => {
    expect(keepLook('#map=12/31/108&lang=en&theme=dark&run=3')).toBe('#lang=en&theme=dark');
    expect(makeListAddress('#map=12/31/108')).toBe('../../');
  });

  it('knows the project by the address', () => {
    expect(findProjectId('/areas/qinglan/')).toBe('qinglan');
    expect(findProjectId('/office/plans/areas/a1b2/')).toBe('a1b2');
  });
});
