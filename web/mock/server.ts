/** A stand-in for the server while it does not exist. Development only; goes away with it. */
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const dir = '/tmp/mock';
const load = (f: string) => JSON.parse(readFileSync(`${dir}/${f}.json`, 'utf8')).features as any[];
const L = (zh: string, en: string) => ({ zh, en });
const bboxOf = (c: any, b = [180, 90, -180, -90]): number[] => {
  if (typeof c[0] === 'number') {
    b[0] = Math.min(b[0]!, c[0]);
    b[1] = Math.min(b[1]!, c[1]);
    b[2] = Math.max(b[2]!, c[0]);
    b[3] = Math.max(b[3]!, c[1]);
  } else for (const x of c) bboxOf(x, b);
  return b;
};

export function mock(): Plugin {
  const polys = load('polys'),
    roads = load('roads'),
    water = load('water'),
    points = load('points');
  const data: Record<
    string,
    {
      title: any;
      group: string;
      geometry: string;
      columns: any[];
      features: any[];
      drawing: any;
      job?: string;
      process?: string;
    }
  > = {};
  const col = (name: string, zh: string, en: string, kind = 'text', unit = '', codes: any[] = []) => ({
    name,
    label: L(zh, en),
    kind,
    unit,
    codes,
  });
  const put = (
    id: string,
    title: any,
    geometry: string,
    columns: any[],
    src: any[],
    props: (p: any, i: number) => any,
    drawing: any = { kind: 'plain' },
    extra: any = {},
  ) => {
    data[id] = {
      title,
      group: 'input',
      geometry,
      columns,
      drawing,
      ...extra,
      features: src.map((f, i) => ({
        type: 'Feature',
        id: i + 1,
        geometry: f.geometry,
        properties: props(f.properties, i),
        bbox: bboxOf(f.geometry.coordinates),
      })),
    };
  };
  const name = col('name', '名称', 'Name');
  put(
    'towns',
    L('乡镇街道', 'Towns'),
    'polygon',
    [name, col('total_people', '常住总人口', 'Total residents', 'int', '人')],
    polys.filter((f) => f.properties.admin_level === '8'),
    (p) => ({ name: p.name, total_people: null }),
  );
  put(
    'forests',
    L('森林', 'Forests'),
    'polygon',
    [name],
    polys.filter((f) => f.properties.landuse === 'forest' || f.properties.natural === 'wood'),
    (p) => ({ name: p.name }),
  );
  put(
    'built_up',
    L('建成区', 'Built-up areas'),
    'polygon',
    [name],
    polys.filter((f) => ['residential', 'industrial'].includes(f.properties.landuse)),
    (p) => ({ name: p.name }),
  );
  put(
    'water_sources',
    L('消防水源与水系', 'Water sources'),
    'mixed',
    [name],
    [...polys.filter((f) => f.properties.natural === 'water'), ...water],
    (p) => ({ name: p.name }),
  );
  const cls = (h: string) => (({ unclassified: 'residential', motorway_link: 'link' }) as any)[h] ?? h;
  const roadCols = [
    name,
    col('class', '道路等级', 'Class', 'text', '', [
      { code: 'primary', label: L('主干路(省道)', 'Primary road') },
      { code: 'residential', label: L('街巷(村道)', 'Street or village road') },
      { code: 'track', label: L('机耕路(林道)', 'Track') },
    ]),
    col('width_m', '路面宽度', 'Width', 'float', 'm'),
  ];
  put(
    'roads',
    L('道路', 'Roads'),
    'line',
    roadCols,
    roads,
    (p, i) => ({ name: p.name, class: cls(p.highway), width_m: i % 5 ? null : 4.5 }),
    { kind: 'coded', column: 'class' },
  );
  const villages = points.filter((f) => ['village', 'town', 'hamlet', 'suburb'].includes(f.properties.place));
  put(
    'villages',
    L('村庄', 'Villages'),
    'point',
    [name, col('population_people', '常住人口', 'Residents', 'int', '人')],
    villages,
    (p, i) => ({ name: p.name, population_people: i % 3 ? 1200 + i * 37 : null }),
  );
  put(
    'stations',
    L('消防站', 'Fire stations'),
    'point',
    [
      name,
      col('kind', '类别', 'Kind', 'text', '', [
        { code: 'volunteer', label: L('乡镇志愿消防队', 'Volunteer brigade') },
      ]),
      col('turnout_min', '出动时间(昼)', 'Turnout by day', 'float', 'min'),
    ],
    villages.filter((_, i) => i % 4 === 0),
    (p) => ({ name: `${p.name}消防站`, kind: 'volunteer', turnout_min: null }),
  );
  const bands = ['certain', 'expected', 'possible', 'uncovered'];
  const bandCol = col('coverage', '覆盖', 'Coverage', 'text', '', [
    { code: 'certain', label: L('确定覆盖', 'Certain') },
    { code: 'expected', label: L('预期覆盖', 'Expected') },
    { code: 'possible', label: L('可能覆盖', 'Possible') },
    { code: 'uncovered', label: L('超时', 'Late') },
  ]);
  const result = { group: 'result', process: 'coverage', job: '1' };
  const band = (f: any) =>
    bands[Math.min(3, Math.floor(Math.abs(Math.sin((f[0] ?? 0) * 140) * Math.cos((f[1] ?? 0) * 120)) * 5))];
  put(
    'coverage_roads',
    L('道路响应', 'Road coverage'),
    'line',
    [bandCol, col('time_min', '响应时间', 'Response time', 'float', 'min')],
    roads.filter((f) => !['track', 'motorway'].includes(f.properties.highway)),
    () => ({}),
    { kind: 'coded', column: 'coverage' },
    result,
  );
  for (const f of data.coverage_roads!.features) f.properties = { coverage: band(f.bbox), time_min: 3.4 };
  put(
    'coverage_villages',
    L('村庄可达', 'Villages in time'),
    'point',
    [name, bandCol, col('time_min', '响应时间', 'Response time', 'float', 'min')],
    villages,
    (p, i) => ({ name: p.name, coverage: bands[i % 4], time_min: i % 7 ? 3 + i * 0.31 : null }),
    { kind: 'coded', column: 'coverage' },
    result,
  );

  const C = (dark: boolean) =>
    dark
      ? {
          road: '#5c6066',
          casing: '#1b1e22',
          forest: '#20302a',
          water: '#1e3a4a',
          built: '#2a2b2e',
          text: '#c9cdd2',
          halo: '#15181b',
          line: '#4a4f55',
          bands: ['#4fa3d8', '#7bc0a5', '#e0b04f', '#d9534a'],
        }
      : {
          road: '#ffffff',
          casing: '#c4c2bb',
          forest: '#e0e9d9',
          water: '#c3dbe8',
          built: '#e9e6df',
          text: '#3b4046',
          halo: '#ffffff',
          line: '#aaa69c',
          bands: ['#1f6f9f', '#4d9f86', '#d9a21b', '#c0392b'],
        };
  const W = (a: number, b: number) => ['interpolate', ['exponential', 1.5], ['zoom'], 10, a, 16, b];
  const leg = (label: any, color: string, shape: string) => ({
    metadata: { legend: [{ label, color, shape }] },
  });
  const layersFor = (dark: boolean): any[] => {
    const c = C(dark);
    const s = (id: string, sl: string, type: string, o: any) => ({
      id,
      type,
      source: 'fireplan',
      'source-layer': sl,
      ...o,
    });
    return [
      s('forests', 'forests', 'fill', {
        paint: { 'fill-color': c.forest },
        ...leg(L('森林', 'Forest'), c.forest, 'fill'),
      }),
      s('built', 'built_up', 'fill', {
        paint: { 'fill-color': c.built },
        ...leg(L('建成区', 'Built-up'), c.built, 'fill'),
      }),
      s('water-f', 'water_sources', 'fill', {
        filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': c.water },
        ...leg(L('水面', 'Water'), c.water, 'fill'),
      }),
      s('water-l', 'water_sources', 'line', {
        filter: ['==', ['geometry-type'], 'LineString'],
        paint: { 'line-color': c.water, 'line-width': W(0.6, 3) },
        ...leg(L('河流', 'River'), c.water, 'line'),
      }),
      s('towns', 'towns', 'line', {
        paint: { 'line-color': c.line, 'line-width': 1, 'line-dasharray': [5, 2, 1, 2] },
        ...leg(L('乡镇界', 'Town boundary'), c.line, 'line'),
      }),
      s('road-case', 'roads', 'line', {
        minzoom: 12,
        filter: ['!=', ['get', 'class'], 'track'],
        paint: { 'line-color': c.casing, 'line-width': W(1.6, 9) },
      }),
      s('road-minor', 'roads', 'line', {
        filter: ['in', ['get', 'class'], ['literal', ['residential', 'tertiary', 'link']]],
        paint: { 'line-color': c.road, 'line-width': W(0.6, 7) },
        ...leg(L('一般道路', 'Minor road'), c.casing, 'line'),
      }),
      s('road-track', 'roads', 'line', {
        minzoom: 13,
        filter: ['==', ['get', 'class'], 'track'],
        paint: { 'line-color': c.casing, 'line-width': 1, 'line-dasharray': [3, 2] },
        ...leg(L('机耕路', 'Track'), c.casing, 'line'),
      }),
      s('road-major', 'roads', 'line', {
        filter: ['in', ['get', 'class'], ['literal', ['motorway', 'trunk', 'primary', 'secondary']]],
        paint: { 'line-color': dark ? '#8a8f96' : '#f3dfae', 'line-width': W(1.4, 9) },
        ...leg(L('干线', 'Major road'), dark ? '#8a8f96' : '#f3dfae', 'line'),
      }),
      s('villages', 'villages', 'symbol', {
        layout: {
          'text-field': ['get', 'name'],
          'text-font': ['Noto Sans CJK SC Regular'],
          'text-size': 12,
          'text-offset': [0, 0.8],
          'text-anchor': 'top',
        },
        paint: { 'text-color': c.text, 'text-halo-color': c.halo, 'text-halo-width': 1.4 },
        ...leg(L('村名', 'Village name'), c.text, 'circle'),
      }),
      s('stations', 'stations', 'circle', {
        paint: {
          'circle-radius': 6,
          'circle-color': '#a3271b',
          'circle-stroke-color': '#fff',
          'circle-stroke-width': 1.5,
        },
        ...leg(L('消防站', 'Fire station'), '#a3271b', 'circle'),
      }),
      ...['roads', 'villages'].map((k) =>
        s(`cov-${k}`, `coverage_${k}`, k === 'roads' ? 'line' : 'circle', {
          paint:
            k === 'roads'
              ? {
                  'line-width': W(1.2, 5),
                  'line-color': [
                    'match',
                    ['get', 'coverage'],
                    ...bands.flatMap((b, i) => [b, c.bands[i]]),
                    '#888',
                  ],
                }
              : {
                  'circle-radius': 5,
                  'circle-stroke-width': 1,
                  'circle-stroke-color': c.halo,
                  'circle-color': [
                    'match',
                    ['get', 'coverage'],
                    ...bands.flatMap((b, i) => [b, c.bands[i]]),
                    '#888',
                  ],
                },
          metadata: {
            legend: bandCol.codes.map((x: any, i: number) => ({
              label: x.label,
              color: c.bands[i],
              shape: k === 'roads' ? 'line' : 'circle',
              code: x.code,
            })),
          },
        }),
      ),
    ];
  };
  const extent = [9.4716, 47.0483, 9.6357, 47.2706];
  const runs: any[] = [{ job: '1', process: 'coverage', status: 'successful', message: null }];
  const start: Record<string, number> = {};
  const process = {
    id: 'coverage',
    version: '0.1.0',
    title: '消防站响应覆盖 | Response coverage',
    description: '接警出动后，各处能否在规定时间内等到消防车 | Which places does a fire crew reach in time?',
    inputs: {
      budget_min: {
        title: 'budget_min',
        description: '响应时间预算 | Response time budget, minutes',
        schema: { type: 'number', default: 5, minimum: 1, maximum: 60 },
      },
      period: {
        title: '时段 | Period',
        schema: {
          oneOf: [
            { const: 'day', description: '昼间 | Day' },
            { const: 'night', description: '夜间 | Night' },
          ],
          default: 'day',
        },
      },
      bands_min: {
        title: '时间分级 | Time bands',
        description: '等时圈的分级界限 | Upper bounds of the time bands',
        schema: { type: 'array', items: { type: 'number', minimum: 0 }, default: [3, 5, 8, 12] },
      },
      audit: {
        title: '自检 | Self-audit',
        description: '随机抽样独立复算 | Recompute a random sample',
        schema: { type: 'boolean', default: true },
      },
    },
  };
  const results = (job: string) => ({
    figures: [
      {
        name: 'covered_villages_percent',
        label: L('村庄覆盖率', 'Villages in time'),
        value: 71.4,
        range: [58.2, 83.6],
        unit: '%',
        remark: L('33 个村庄中 24 个，另 1 个未能落路', '24 of 33 villages; 1 unplaced'),
      },
      {
        name: 'covered_people_percent',
        label: L('人口覆盖率', 'People in time'),
        value: null,
        range: null,
        unit: '%',
        remark: L('20 个村庄缺人口', '20 villages without population'),
      },
      {
        name: 'covered_road_percent',
        label: L('道路覆盖率', 'Roads in time'),
        value: 64.1,
        range: [52.8, 75],
        unit: '%',
        remark: L('全部 812.4 km 可行车道路', 'of 812.4 km of drivable road'),
      },
      {
        name: 'median_min',
        label: L('村庄响应时间中位数', 'Median response time'),
        value: 4.2,
        range: [5.6, 3.4],
        unit: 'min',
        remark: L('含出动 1 分钟', 'with 1 minute turnout'),
      },
      {
        name: 'stations',
        label: L('消防站', 'Stations'),
        value: 9,
        range: null,
        unit: '',
        remark: L('其中 1 个为企业队', 'one of them a works brigade'),
      },
    ],
    tables: [
      {
        id: 'villages',
        title: L('村庄可达表', 'Villages in time'),
        columns: data.coverage_villages!.columns,
        rows: data.coverage_villages!.features.map((f) =>
          data.coverage_villages!.columns.map((c) => f.properties[c.name] ?? null),
        ),
        layer: 'coverage_villages',
      },
      {
        id: 'towns',
        title: L('分乡镇统计', 'By town'),
        columns: [name, col('share_percent', '覆盖率', 'Share', 'float', '%')],
        rows: data.towns!.features.map((f, i) => [f.properties.name, i % 3 ? 40 + i * 4.3 : null]),
        layer: 'towns',
      },
    ],
    checks: data.coverage_villages!.features.map((f, i) => ({
      subject: f.properties.name,
      rule: 'response.time_min',
      cite: 'GB 51080-2015 4.1.3',
      bound: '≤ 5 min',
      measured: f.properties.time_min,
      verdict: ['pass', 'warn', 'undetermined', 'fail'][i % 4],
      text: L(
        `自最近消防站出动，${f.properties.time_min ?? '？'} 分钟到达。`,
        'Arrival from the nearest station.',
      ),
    })),
    notes: [
      {
        severity: 'leftout',
        layer: 'villages',
        text: L('离最近可行车道路超过 200 m，未能落路', 'More than 200 m from a road: unplaced'),
        count: 1,
        examples: ['Masescha'],
      },
      {
        severity: 'warning',
        layer: 'stations',
        text: L(
          '没有出动时间，采用规则默认值 1 分钟',
          'No turnout time; the rule default of 1 minute is used',
        ),
        count: 9,
        examples: ['Vaduz', 'Schaan'],
      },
      {
        severity: 'info',
        layer: null,
        text: L('自检：200 个抽样点独立复算全部一致', 'Self-audit: 200 sampled places agree'),
        count: 200,
        examples: [],
      },
    ],
    manifest: {
      program: 'fireplan 0.1.0',
      area: '列支敦士登',
      synthetic: true,
      crs: 'EPSG:32632',
      request: { analysis: 'coverage', budget_min: 5 },
      rules: {
        pack: 'national',
        entries: [
          {
            key: 'response.time_min',
            value: 5,
            unit: 'min',
            cite: 'GB 51080-2015 4.1.3',
            force: 'shall',
            confidence: 'V1',
          },
        ],
      },
      inputs: [
        {
          source: 'liechtenstein.osm.pbf',
          sha256: 'd2a84f4b8b650937ec8f73cd8be2c74add5a911ba64df27458ed8229da804a26',
        },
      ],
    },
    layers: ['coverage_roads', 'coverage_villages'],
    job,
  });

  return {
    name: 'mock',
    configureServer(server) {
      server.middlewares.use((req, res, next) => {
        const url = new URL(req.url ?? '/', 'http://x');
        const path = url.pathname;
        const json = (body: any, status = 200) => {
          res.statusCode = status;
          res.setHeader('Content-Type', 'application/json');
          res.end(JSON.stringify(body));
        };
        let m;
        if (path === '/' && !req.headers.accept?.includes('text/html'))
          return json({
            title: 'x',
            fireplan: {
              name: '列支敦士登',
              synthetic: true,
              crs: 'EPSG:32632',
              extent_wgs84: extent,
              version: '0.1.0',
              sources: [
                {
                  layer: 'roads',
                  source: 'liechtenstein.osm.pbf',
                  crs: 'EPSG:4326',
                  read: 7000,
                  kept: 6900,
                  sha256: 'd2a84f4b8b',
                },
              ],
              notes: results('1').notes,
              runs,
            },
          });
        if (path === '/collections')
          return json({
            collections: Object.entries(data).map(([id, d]) => ({
              id,
              title: d.title.zh,
              links: [],
              extent: { spatial: { bbox: [extent] } },
              fireplan: { ...d, features: undefined, count: d.features.length },
            })),
          });
        if ((m = path.match(/^\/collections\/(\w+)\/items$/))) {
          const q = url.searchParams;
          let f = data[m[1]!]!.features;
          for (const [k, v] of q)
            if (!['limit', 'offset'].includes(k)) f = f.filter((x) => String(x.properties[k]) === v);
          const o = Number(q.get('offset') ?? 0);
          return json({
            type: 'FeatureCollection',
            numberMatched: f.length,
            features: f.slice(o, o + Number(q.get('limit') ?? 10)),
          });
        }
        if ((m = path.match(/^\/collections\/(\w+)\/items\/(\d+)$/)))
          return json(data[m[1]!]!.features[Number(m[2]) - 1] ?? {}, 200);
        if ((m = path.match(/^\/tiles\/(\w+)\/(\d+)\/(\d+)\/(\d+)\.geojson$/))) {
          const [z, x, y] = m.slice(2).map(Number) as [number, number, number];
          const lon = (v: number) => (v / 2 ** z) * 360 - 180,
            lat = (v: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * v) / 2 ** z))) * 180) / Math.PI;
          const [w, e, n, s] = [lon(x), lon(x + 1), lat(y), lat(y + 1)];
          return json({
            type: 'FeatureCollection',
            features: data[m[1]!]!.features.filter(
              (f) => f.bbox[2] >= w && f.bbox[0] <= e && f.bbox[3] >= s && f.bbox[1] <= n,
            ),
          });
        }
        if ((m = path.match(/^\/styles\/(\w+)$/))) {
          const all = layersFor(url.searchParams.get('theme') === 'dark');
          const layers =
            m[1] === 'base'
              ? all.filter((l) => data[l['source-layer']]!.group === 'input')
              : all.filter((l) => l['source-layer'] === m![1]);
          return json({ version: 8, sources: {}, layers });
        }
        if (path === '/processes') return json({ processes: [process] });
        if (path === '/processes/coverage') return json(process);
        if (path === '/processes/coverage/execution') {
          const job = String(runs.length + 1);
          runs.push({ job, process: 'coverage', status: 'running', message: null });
          start[job] = Date.now();
          res.setHeader('Location', `/jobs/${job}`);
          return json({ jobID: job, status: 'accepted' }, 201);
        }
        if ((m = path.match(/^\/jobs\/(\w+)$/))) {
          const run = runs.find((r) => r.job === m![1]);
          if (req.method === 'DELETE') {
            run.status = 'dismissed';
            return json({ status: 'dismissed' });
          }
          const p = Math.min(100, (Date.now() - (start[m[1]!] ?? 0)) / 40);
          if (run.status === 'running' && p >= 100) run.status = 'successful';
          return json({
            jobID: m[1],
            status: run.status,
            progress: Math.round(p),
            message: '道路响应时间 | Response time of roads',
          });
        }
        if ((m = path.match(/^\/jobs\/(\w+)\/results$/))) return json(results(m[1]!));
        if (path === '/rules') return json({});
        next();
      });
    },
  };
}
