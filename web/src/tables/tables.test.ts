import { describe, expect, it } from 'vitest';
import type { Findings } from '../findings/findings.svelte';
import { makeCollection } from '../layers/collectionFixture';
import { Collections } from '../layers/collections.svelte';
import { Tables } from './tables.svelte';

describe('the table on show', () => {
  it('stays as long as its layer or the findings have it', () => {
    const collections = new Collections();
    collections.list = [makeCollection('roads', { group: 'input' })];
    const findings = { current: { tables: [{ id: 'towns' }] } } as unknown as Findings;
    const tables = new Tables(collections, findings);
    for (const [key, stays] of [
      ['layer:roads', true],
      ['layer:gone', false],
      ['table:towns', true],
      ['table:stations', false],
    ] as const) {
      tables.chosen = key;
      tables.dropMissing();
      expect(tables.chosen).toBe(stays ? key : null);
    }
  });
});
