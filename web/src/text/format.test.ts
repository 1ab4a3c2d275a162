import { describe, expect, it } from 'vitest';
import type { Column } from '../api/types';
import {
  formatCell,
  formatFigure,
  formatLonLat,
  formatNumber,
  formatScale,
  findBoundUnit,
  findUnit,
  dropScenario,
  translatePlane,
  translateSourceCrs,
  translateUnit,
  addUnit,
} from './format';

describe('numbers and units', () => {
  it('reads the unit off the name', () => {
    expect(findUnit('travel_min')).toBe('min');
    expect(findUnit('flow_l_s')).toBe('L/s');
    expect(findUnit('density_m_hm2')).toBe('m/hm²');
    expect(findUnit('area_km2')).toBe('km²');
    expect(findUnit('name')).toBe('');
  });

  it('reads the unit off a bound', () => {
    expect(findBoundUnit('≥ 100 %')).toBe('%');
    expect(findBoundUnit('≤ 7 km²')).toBe('km²');
    expect(findBoundUnit('≥ 1')).toBe('');
    expect(findBoundUnit('临近河流处应设取水码头')).toBe('');
  });

  it('speaks units in both languages', () => {
    expect(translateUnit('min', 'zh')).toBe('分钟');
    expect(translateUnit('人', 'en')).toBe('people');
    expect(addUnit('5', '%', 'zh')).toBe('5%');
    expect(addUnit('5', 'km²', 'zh')).toBe('5 km²');
    expect(addUnit('5', '', 'zh')).toBe('5');
  });

  it('shows the decimals that matter', () => {
    expect(formatNumber(1234567, '人')).toBe('1,234,567');
    expect(formatNumber(86.449, '%')).toBe('86.4');
    expect(formatNumber(4.999, 'min')).toBe('5');
    expect(formatNumber(4.987, 'min')).toBe('4.99');
    expect(formatNumber(-0.0001, 'm')).toBe('0');
    expect(formatFigure(100, '%')).toBe('100.0');
    expect(formatFigure(4.2, 'min')).toBe('4.20');
    expect(formatFigure(12345.6, 'm')).toBe('12,346');
    expect(formatFigure(9, '')).toBe('9');
  });

  it('writes cells', () => {
    const column: Column = {
      name: 'kind',
      label: { zh: '类别', en: 'Kind' },
      kind: 'text',
      unit: '',
      codes: [{ code: 'town', label: { zh: '镇', en: 'Town' } }],
    };
    expect(formatCell('town', column, 'zh')).toBe('镇');
    expect(formatCell('town', column, 'en')).toBe('Town');
    expect(formatCell('other', column, 'zh')).toBe('other');
    expect(formatCell(null, column, 'zh')).toBe('');
    expect(formatCell(true, { ...column, kind: 'bool' }, 'zh')).toBe('是');
    expect(formatCell(2019, { ...column, kind: 'int', name: 'status_year' }, 'zh')).toBe('2019');
  });

  it('writes places and scales', () => {
    expect(formatLonLat([108.394123, 31.160834])).toBe('108.39412°E  31.16083°N');
    expect(formatScale(25_312)).toBe('1:25,000');
    expect(formatScale(0)).toBe('');
  });

  it('names planes as Chinese plans do', () => {
    expect(translatePlane('CGCS2000 / 3-degree Gauss-Krüger CM 102E (EPSG:4543)', 'zh')).toBe(
      'CGCS2000 3度带，中央经线102°E（EPSG:4543）',
    );
    expect(translatePlane('WGS 84 / UTM zone 32N (EPSG:32632)', 'zh')).toBe('WGS 84 UTM 32N带（EPSG:32632）');
    expect(translatePlane('WGS 84 / UTM zone 32N (EPSG:32632)', 'en')).toBe(
      'WGS 84 / UTM zone 32N (EPSG:32632)',
    );
    expect(translatePlane('elsewhere', 'zh')).toBe('elsewhere');
  });
});

describe('what the server says', () => {
  it('is told in one language', () => {
    const source = 'WGS 84 (EPSG:4326)，文件所载 (from the file)';
    expect(translateSourceCrs(source, 'zh')).toBe('WGS 84 (EPSG:4326)，文件所载');
    expect(translateSourceCrs(source, 'en')).toBe('WGS 84 (EPSG:4326), from the file');
    expect(translateSourceCrs('–', 'zh')).toBe('–');
  });

  it('names the scenario once', () => {
    expect(dropScenario('道路覆盖情况（方案“近期”第 2 版）')).toBe('道路覆盖情况');
    expect(dropScenario('共 152 处；方案“近期”第 2 版')).toBe('共 152 处');
    expect(dropScenario("Coverage by town (scenario '近期', revision 2)")).toBe('Coverage by town');
    expect(dropScenario('方案消防站')).toBe('方案消防站');
  });
});
