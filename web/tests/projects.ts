/** A service of many areas with its own folder, and data as a bureau has them. */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as base } from './page';
import { serveFolder } from './service';

const root = new URL('../..', import.meta.url).pathname;

export interface Service {
  address: string;
  /** The folder whose projects are served. */
  folder: string;
  /** The folder that the operator has allowed. */
  allowed: string;
}

export const test = base.extend<object, { service: Service }>({
  service: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const place = mkdtempSync(join(tmpdir(), 'fireplan-projects-'));
      const [folder, allowed] = [join(place, 'projects'), join(place, 'shared')];
      for (const one of [folder, allowed]) mkdirSync(one);
      writeData(join(allowed, '青岚县数据'));
      await serveFolder(folder, ['--allow', allowed], (address) => use({ address, folder, allowed }));
      rmSync(place, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  baseURL: async ({ service }, use) => use(service.address),
});

interface DemoFeature {
  type: 'Feature';
  properties: Record<string, unknown>;
  geometry: { type: string; coordinates: unknown };
}

/** An extract of OSM and a ledger of stations (invented), where the extract is at hand; says whether it is. */
export function writeExtract(folder: string): boolean {
  const extract = join(root, '../shared/data/lauf/lauf-200115.osm.pbf');
  if (!existsSync(extract)) return false;
  mkdirSync(folder, { recursive: true });
  copyFileSync(extract, join(folder, 'lauf.osm.pbf'));
  const stations = [
    '劳夫消防队站一览表(虚构),,,,,,',
    '队站名称,站级,车辆数（辆）,执勤人数,出动时间（秒）,经度,纬度',
    '劳夫消防站,一级站,3,18,60,11.2787,49.5105',
    '东部志愿消防队,志愿消防队,3,18,300,11.3102,49.5156',
  ];
  writeFileSync(join(folder, '消防力量.csv'), `${stations.join('\n')}\n`);
  return true;
}

/** The demo county without a mapping, its columns called as bureaus call them, with things that are wrong. */
export function writeData(folder: string): string[] {
  const written: string[] = [];
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    written.push(path);
  };
  write('基础数据/县域边界.geojson', renameColumns('boundary', { name: '名称' }));
  write('基础数据/乡镇界.geojson', renameColumns('towns', { code: 'XZQDM', name: 'XZQMC', kind: '类型' }));
  write(
    '基础数据/道路中心线.geojson',
    renameColumns('roads', {
      名称: '路线名称',
      等级: '行政等级',
      路宽: '路面宽度',
      限重: '桥梁限载',
      桥: '是否桥梁',
    }),
  );
  write(
    '基础数据/村庄人口.csv',
    writeTable('villages', '青岚县行政村一览表', {
      code: '村代码',
      name: '行政村名称',
      population_people: '常住人口',
    }),
  );
  write(
    '消防/消防队站.csv',
    writeTable('stations', '', {
      name: '队站名称',
      kind: '队站类别',
      vehicles: '车辆数',
      crew_people: '执勤人数',
      turnout_min: '出动时间（分钟）',
    }),
  );
  const hydrants = readFileSync(`${root}data/demo/hydrants.csv`, 'utf8').split('\n').slice(1);
  const head =
    '青岚县市政消火栓台账,,,,,,,,\n栓号,经度,纬度,型式,完好情况,供水管径(mm),流量(L/s),静压(MPa),所在道路\n';
  write('消防/消火栓台账.csv', head + hydrants.join('\n').replace('完好', '半开'));
  write('消防/坏文件.xlsx', 'PK\u0003\u0004');
  write('说明.docx', 'x');
  return written;
}

function readDemo(name: string): DemoFeature[] {
  const text = readFileSync(`${root}data/demo/${name}.geojson`, 'utf8');
  return (JSON.parse(text) as { features: DemoFeature[] }).features;
}

function renameColumns(name: string, columns: Record<string, string>): string {
  const features = readDemo(name).map((feature) => ({
    ...feature,
    properties: Object.fromEntries(
      Object.entries(columns).map(([ours, theirs]) => [theirs, feature.properties[ours] ?? null]),
    ),
  }));
  return JSON.stringify({ type: 'FeatureCollection', features });
}

function writeTable(name: string, title: string, columns: Record<string, string>): string {
  const rows = readDemo(name).map(({ properties, geometry }) => [
    ...Object.keys(columns).map((ours) => properties[ours] ?? ''),
    ...(geometry.coordinates as number[]),
  ]);
  const lines = [[...Object.values(columns), '经度', '纬度'], ...rows].map((row) => row.join(','));
  return `${title ? `${title}\n` : ''}${lines.join('\n')}\n`;
}
