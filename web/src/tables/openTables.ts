/** The tables that have a tab: those of the findings, and attribute tables of layers that were opened. */

import type { Column, Table } from '../api/types';
import { app } from '../app/app';
import { dropScenario } from '../text/format';

export interface OpenTable {
  key: string;
  title: string;
  columns: Column[];
  /** The collection whose feature n is row n. */
  layer: string | null;
  /** Attribute tables have no rows of their own: those are loaded from the layer. */
  table: Table | null;
}

export function listOpenTables(): OpenTable[] {
  const { collections, findings, language, layers, tables } = app;
  const found = (findings.current?.tables ?? []).map((table) => ({
    key: `table:${table.id}`,
    title: dropScenario(language.translateLabel(table.title)),
    columns: table.columns,
    layer: table.layer,
    table,
  }));
  const opened = tables.layers
    .filter((id) => collections.byId.has(id))
    .map((id) => ({
      key: `layer:${id}`,
      title: layers.findTitle(id),
      columns: collections.byId.get(id)?.fireplan.columns ?? [],
      layer: id,
      table: null,
    }));
  return [...found, ...opened];
}
