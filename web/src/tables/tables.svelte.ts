/** Which tables are open: those of the findings, and attribute tables of layers. */

import type { Findings } from '../findings/findings.svelte';
import type { Collections } from '../layers/collections.svelte';
import { LayerRows } from './layerRows.svelte';

export class Tables {
  panelOpen = $state(false);
  /** The key of the table on show: `table:` and its id, or `layer:` and the id of a collection. */
  chosen = $state<string | null>(null);
  /** Collections whose attribute table is open. */
  layers = $state<string[]>([]);
  private readonly rows = new Map<string, LayerRows>();
  private readonly collections: Collections;
  private readonly findings: Findings;

  constructor(collections: Collections, findings: Findings) {
    this.collections = collections;
    this.findings = findings;
  }

  findRows(collection: string): LayerRows {
    let rows = this.rows.get(collection);
    if (!rows) {
      rows = new LayerRows(collection, this.collections.byId.get(collection)?.fireplan.count ?? 0);
      this.rows.set(collection, rows);
    }
    return rows;
  }

  openLayer(collection: string): void {
    if (!this.layers.includes(collection)) this.layers = [...this.layers, collection];
    this.chosen = `layer:${collection}`;
    this.panelOpen = true;
  }

  closeLayer(collection: string): void {
    this.layers = this.layers.filter((one) => one !== collection);
    if (this.chosen === `layer:${collection}`) this.chosen = null;
  }

  /** Opens the table that has a row for each feature of the collection. */
  openTableOf(collection: string): void {
    const table = this.findings.current?.tables.find((one) => one.layer === collection);
    if (!table) return this.openLayer(collection);
    this.chosen = `table:${table.id}`;
    this.panelOpen = true;
  }

  /** Closes the table on show if its layer is gone, or if the findings have no such table. */
  dropMissing(): void {
    const layer = this.chosen?.match(/^layer:(.+)$/)?.[1];
    const found = layer
      ? this.collections.byId.has(layer)
      : this.findings.current?.tables.some((table) => this.chosen === `table:${table.id}`);
    if (!found) this.chosen = null;
  }
}
