import { describe, expect, it } from 'vitest';
import type { Figure, Table } from '../api/types';
import { findFigureTables } from './figureRows';

const table = (id: string) => ({ id, layer: null }) as Table;
const figure = (name: string) => ({ name }) as Figure;

describe('the rows of a figure', () => {
  const tables = [table('town_coverage'), table('village_coverage'), table('station_list')];

  it('are in the tables that speak of the same', () => {
    const find = (name: string) => findFigureTables(figure(name), tables).map(({ id }) => id);
    expect(find('in_time_villages_percent')).toEqual(['village_coverage']);
    expect(find('stations')).toEqual(['station_list']);
    expect(find('area_km2')).toHaveLength(3);
  });
});
