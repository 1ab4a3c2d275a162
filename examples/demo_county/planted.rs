//! Situations put in on purpose, and those that came about and are worth a test: what is where, for people and tests.

use std::collections::BTreeMap;

use super::county::County;
use super::grid::{Point, distance};
use super::places::Village;
use super::road::{Road, along, centimetres, length};
use super::ways::unbridged;

#[derive(Clone)]
pub(super) struct Planted {
    pub kind: &'static str,
    pub about: String,
    pub place: Point,
    /// Ids of the features concerned.
    pub features: Vec<String>,
    /// Metres, tonnes or people, as the text says.
    pub measure: Option<f64>,
}

impl Planted {
    pub(super) fn new(kind: &'static str, about: &str, place: Point) -> Self {
        Self { kind, about: about.to_owned(), place, features: Vec::new(), measure: None }
    }

    pub(super) fn of(mut self, feature: &str) -> Self {
        self.features.push(feature.to_owned());
        self
    }

    pub(super) fn measured(mut self, measure: f64) -> Self {
        self.measure = Some(measure);
        self
    }
}

/// Id of a road in the file.
pub(super) fn road_id(index: usize) -> String {
    format!("R{:05}", index + 1)
}

/// Vertices as whole centimetres: how roads connect in the file.
struct Graph {
    /// (neighbour, road) per node.
    links: Vec<Vec<(usize, usize)>>,
    nodes: BTreeMap<(i64, i64), usize>,
}

impl Graph {
    fn new(roads: &[Road]) -> Self {
        let mut graph = Self { links: Vec::new(), nodes: BTreeMap::new() };
        for (number, road) in roads.iter().enumerate() {
            for pair in road.line.windows(2) {
                let [a, b] = [pair[0], pair[1]].map(|place| graph.node(place));
                graph.links[a].push((b, number));
                graph.links[b].push((a, number));
            }
        }
        graph
    }

    fn node(&mut self, place: Point) -> usize {
        let next = self.nodes.len();
        let node = *self.nodes.entry(centimetres(place)).or_insert(next);
        if node == next {
            self.links.push(Vec::new());
        }
        node
    }

    /// Nodes that can be reached from a node without some roads.
    fn reached(&self, from: usize, without: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut seen = vec![false; self.links.len()];
        let mut todo = vec![from];
        seen[from] = true;
        while let Some(node) = todo.pop() {
            for &(next, road) in &self.links[node] {
                if !seen[next] && !without(road) {
                    seen[next] = true;
                    todo.push(next);
                }
            }
        }
        seen
    }
}

/// Changes roads where a situation is wanted, and tells what was done.
pub(super) fn plant(
    roads: &mut [Road],
    villages: &[Village],
    village_routes: &[Option<usize>],
    seat: Point,
) -> Vec<Planted> {
    let mut out = Vec::new();
    let graph = Graph::new(roads);
    let nearest = |place: Point| {
        let all = roads.iter().filter(|road| !road.is_motorway()).flat_map(|road| road.line.iter().copied());
        all.min_by(|a, b| distance(*a, place).total_cmp(&distance(*b, place))).expect("some road")
    };
    let start = graph.nodes[&centimetres(nearest(seat))];
    let homes: Vec<usize> = villages.iter().map(|village| graph.nodes[&centimetres(nearest(village.centre))]).collect();
    let cut_off = |number: usize| -> Vec<usize> {
        let seen = graph.reached(start, |road| road == number);
        (0..villages.len()).filter(|&village| !seen[homes[village]]).collect()
    };
    let bridges: Vec<usize> = (0..roads.len())
        .filter(|&n| roads[n].bridge && matches!(roads[n].class, "县道" | "乡道" | "村道") && roads[n].route.is_some())
        .collect();
    let behind: Vec<(usize, Vec<usize>)> = bridges.into_iter().map(|bridge| (bridge, cut_off(bridge))).collect();
    // Villages at the end of a road of their own, in one piece, with nobody else behind it.
    let own_road = |(village, route): (usize, &Option<usize>)| {
        let mut pieces = (0..roads.len()).filter(|&n| roads[n].route == *route && route.is_some());
        let (road, rest) = (pieces.next()?, pieces.next());
        let fit = rest.is_none() && (300.0..1900.0).contains(&roads[road].length_m());
        (fit && cut_off(road) == [village]).then_some((village, road))
    };
    let own_roads: Vec<(usize, usize)> = village_routes.iter().enumerate().filter_map(own_road).collect();
    plant_bridges(roads, villages, &behind, &mut out);
    plant_tunnel(roads, &mut out);
    plant_narrow_roads(roads, villages, &own_roads, &mut out);
    plant_one_ways(roads, seat, &mut out);
    tell_overpasses(roads, &mut out);
    out
}

fn middle(road: &Road) -> Point {
    along(&road.line, length(&road.line) / 2.0).0
}

fn names_of(villages: &[Village], numbers: &[usize]) -> String {
    numbers.iter().map(|&number| villages[number].name.as_str()).collect::<Vec<_>>().join("、")
}

fn plant_bridges(roads: &mut [Road], villages: &[Village], behind: &[(usize, Vec<usize>)], out: &mut Vec<Planted>) {
    let people = |numbers: &[usize]| numbers.iter().map(|&n| villages[n].people).sum::<u32>();
    let mut taken: Vec<usize> = Vec::new();
    let mut soles: Vec<&(usize, Vec<usize>)> = behind.iter().filter(|(_, cut)| (2..=6).contains(&cut.len())).collect();
    soles.sort_by_key(|(bridge, cut)| (std::cmp::Reverse(people(cut)), *bridge));
    if let Some((bridge, cut)) = soles.first() {
        (roads[*bridge].load_t, roads[*bridge].width_m) = (Some(10.0), Some(4.5));
        let about = format!("限重10吨的桥是{}的唯一通道", names_of(villages, cut));
        out.push(
            Planted::new("weak-bridge-only-access", &about, middle(&roads[*bridge]))
                .of(&road_id(*bridge))
                .measured(f64::from(people(cut))),
        );
        taken.push(*bridge);
    }
    let singles = behind.iter().filter(|(bridge, cut)| cut.len() == 1 && !taken.contains(bridge));
    for (bridge, cut) in singles.take(2) {
        roads[*bridge].width_m = Some(3.0);
        let about = format!("宽3.0米的窄桥是{}的唯一通道", names_of(villages, cut));
        out.push(
            Planted::new("narrow-bridge-only-access", &about, middle(&roads[*bridge]))
                .of(&road_id(*bridge))
                .measured(3.0),
        );
    }
    for (bridge, _) in behind.iter().filter(|(_, cut)| cut.is_empty()).take(2) {
        roads[*bridge].load_t = Some(15.0);
        let about = "限重15吨的桥，另有绕行道路";
        out.push(
            Planted::new("weak-bridge-with-detour", about, middle(&roads[*bridge]))
                .of(&road_id(*bridge))
                .measured(15.0),
        );
    }
}

/// A low tunnel on the road where the way over the hill is longest.
fn plant_tunnel(roads: &mut [Road], out: &mut Vec<Planted>) {
    if let Some(number) = roads.iter().position(|road| road.tunnel && road.class == "县道") {
        roads[number].clear_height_m = Some(3.8);
        out.push(
            Planted::new("low-tunnel", "县道隧道限高3.8米", middle(&roads[number])).of(&road_id(number)).measured(3.8),
        );
    }
}

/// Villages whose own road is too narrow for a fire truck; `own_roads` are villages that hang on one road alone.
fn plant_narrow_roads(roads: &mut [Road], villages: &[Village], own_roads: &[(usize, usize)], out: &mut Vec<Planted>) {
    let wanted = [
        (2.0, "村道", "只有2.0米宽的路：只有消防摩托车能进"),
        (1.5, "小路", "只有小路：没有车能进"),
        (2.6, "村道", "只有2.6米宽的路：小型消防车能进"),
        (2.0, "村道", "只有2.0米宽的路：只有消防摩托车能进"),
    ];
    let step = (own_roads.len() / wanted.len()).max(1);
    for ((width, class, about), &(village, road)) in wanted.into_iter().zip(own_roads.iter().step_by(step)) {
        (roads[road].width_m, roads[road].class) = (Some(width), class);
        if class == "小路" {
            roads[road].surface = "土路";
        }
        let village = &villages[village];
        let about = format!("{}{about}", village.name);
        let planted = Planted::new("narrow-only-road", &about, village.centre);
        out.push(planted.of(&road_id(road)).of(&village.code).measured(width));
    }
}

/// Two neighbouring streets in the middle of the seat, one for each direction.
fn plant_one_ways(roads: &mut [Road], seat: Point, out: &mut Vec<Planted>) {
    let mut streets: Vec<usize> = (0..roads.len())
        .filter(|&n| {
            roads[n].class == "次干路"
                && !roads[n].bridge
                && roads[n].name.ends_with('街')
                && roads[n].length_m() > 700.0
        })
        .collect();
    streets.sort_by(|&a, &b| distance(middle(&roads[a]), seat).total_cmp(&distance(middle(&roads[b]), seat)));
    for (&street, direction) in streets.iter().take(2).zip(["单向", "反向单行"]) {
        roads[street].oneway = direction;
        let about = format!("{}单行，与另一条街成对", roads[street].name);
        out.push(Planted::new("one-way-pair", &about, middle(&roads[street])).of(&road_id(street)));
    }
}

fn tell_overpasses(roads: &[Road], out: &mut Vec<Planted>) {
    for (number, road) in roads.iter().enumerate().filter(|(_, road)| road.level == 1) {
        let about = "高速公路上跨，不与下面的道路相接（层=1，两端与本线相接）";
        out.push(Planted::new("overpass", about, middle(road)).of(&road_id(number)));
    }
}

/// What other layers show: told after they are built.
pub(super) fn observe(county: &County, out: &mut Vec<Planted>) {
    for village in county.villages.iter().filter(|village| unbridged(village.centre)) {
        let river = county.water.bank_distance(village.centre);
        let far_bank = county
            .water
            .river
            .windows(2)
            .min_by(|a, b| distance(a[0], village.centre).total_cmp(&distance(b[0], village.centre)));
        let left = far_bank.is_some_and(|pair| {
            let (d, v) = (pair[1] - pair[0], village.centre - pair[0]);
            d.x * v.y - d.y * v.x > 0.0
        });
        if left && river < 2500.0 {
            let about = format!("{}在青岚河北岸，下游河段无桥，离最近河岸{river:.0}米，须绕行", village.name);
            out.push(
                Planted::new("far-bank-no-bridge", &about, village.centre).of(&village.code).measured(river.round()),
            );
        }
    }
}

/// Facts of towns and villages that sit on a threshold or are missing; they are written so by `files`.
pub(super) fn tell_facts(county: &County, out: &mut Vec<Planted>) {
    for (name, kind, about) in [
        ("石门镇", "town-exactly-20000-people", "石门镇建成区常住人口恰为20000人"),
        ("柳溪镇", "town-exactly-2-km2", "柳溪镇建成区面积恰为2.00平方千米"),
        ("双河镇", "town-fact-missing", "双河镇缺建成区常住人口；身份无名录年份"),
        ("金谷镇", "town-fact-missing", "金谷镇缺建成区面积"),
        ("桃坪乡", "town-fact-missing", "桃坪乡缺常住总人口"),
    ] {
        if let Some(town) = county.towns.iter().find(|town| town.name == name) {
            out.push(Planted::new(kind, about, town.centre).of(&town.code));
        }
    }
    for (_, village) in county.villages.iter().enumerate().filter(|(index, _)| is_uncounted(*index)) {
        let about = format!("{}缺人口和户数", village.name);
        out.push(Planted::new("village-people-missing", &about, village.centre).of(&village.code));
    }
    let river: Vec<Point> = county.water.river.iter().copied().filter(|&place| unbridged(place)).collect();
    let about = format!("青岚河下游{:.1}千米河段无桥", length(&river) / 1000.0);
    let place = along(&river, length(&river) / 2.0).0;
    out.push(Planted::new("unbridged-river", &about, place).of("W001").measured(length(&river).round()));
}

/// Villages whose people nobody has counted.
pub(super) fn is_uncounted(index: usize) -> bool {
    index % 19 == 7
}
