//! Roads as the county's road book has them, and how they meet.

use std::collections::BTreeMap;

use super::grid::{Point, distance, nearest_on_segment};

#[derive(Clone)]
pub(super) struct Road {
    pub name: String,
    /// As in the source: 县道, 乡道 …
    pub class: &'static str,
    pub line: Vec<Point>,
    pub width_m: Option<f64>,
    pub clear_height_m: Option<f64>,
    pub load_t: Option<f64>,
    pub surface: &'static str,
    pub oneway: &'static str,
    pub closed: bool,
    pub bridge: bool,
    pub tunnel: bool,
    pub level: i32,
    /// The route it was laid as, for country roads.
    pub route: Option<usize>,
}

impl Road {
    pub(super) fn new(name: impl Into<String>, class: &'static str, line: Vec<Point>, width_m: f64) -> Self {
        Self {
            name: name.into(),
            class,
            line,
            width_m: Some(width_m),
            clear_height_m: None,
            load_t: None,
            surface: "铺装",
            oneway: "双向",
            closed: false,
            bridge: false,
            tunnel: false,
            level: 0,
            route: None,
        }
    }

    pub(super) fn length_m(&self) -> f64 {
        length(&self.line)
    }

    pub(super) fn is_motorway(&self) -> bool {
        self.class == "高速公路"
    }
}

pub(super) fn length(line: &[Point]) -> f64 {
    line.windows(2).map(|pair| distance(pair[0], pair[1])).sum()
}

/// The place at a chainage, and the unit direction there.
pub(super) fn along(line: &[Point], chainage_m: f64) -> (Point, Point) {
    let mut left = chainage_m;
    for pair in line.windows(2) {
        let length = distance(pair[0], pair[1]);
        if left <= length && length > 0.0 {
            return (pair[0] + (pair[1] - pair[0]) * (left / length), (pair[1] - pair[0]) / length);
        }
        left -= length;
    }
    let (a, b) = (line[line.len() - 2], line[line.len() - 1]);
    (b, (b - a) / distance(a, b).max(1e-9))
}

/// Centimetres: two places written alike are alike.
pub(super) fn rounded(place: Point) -> Point {
    Point { x: (place.x * 100.0).round() / 100.0, y: (place.y * 100.0).round() / 100.0 }
}

/// A place as whole centimetres: what tells whether two vertices are one.
pub(super) fn centimetres(place: Point) -> (i64, i64) {
    ((place.x * 100.0).round() as i64, (place.y * 100.0).round() as i64)
}

/// Where two segments cross.
pub(super) fn crossing(a: Point, b: Point, c: Point, d: Point) -> Option<Point> {
    let (r, s) = (b - a, d - c);
    let cross = r.x * s.y - r.y * s.x;
    if cross.abs() < 1e-9 {
        return None;
    }
    let t = ((c.x - a.x) * s.y - (c.y - a.y) * s.x) / cross;
    let u = ((c.x - a.x) * r.y - (c.y - a.y) * r.x) / cross;
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then(|| a + r * t)
}

/// Chainages where a line crosses another.
pub(super) fn crossings(line: &[Point], other: &[Point]) -> Vec<f64> {
    let mut out = Vec::new();
    let mut start = 0.0;
    for pair in line.windows(2) {
        for fence in other.windows(2) {
            if let Some(place) = crossing(pair[0], pair[1], fence[0], fence[1]) {
                out.push(start + distance(pair[0], place));
            }
        }
        start += distance(pair[0], pair[1]);
    }
    out.sort_by(f64::total_cmp);
    out
}

/// Cuts a line at chainages: the pieces share the cut vertices.
pub(super) fn cut(line: &[Point], chainages: &[f64]) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let mut piece = vec![line[0]];
    let mut start = 0.0;
    let mut cuts = chainages.iter().copied().peekable();
    for pair in line.windows(2) {
        let length = distance(pair[0], pair[1]);
        while let Some(&at) = cuts.peek().filter(|&&at| at <= start + length) {
            cuts.next();
            let place = rounded(pair[0] + (pair[1] - pair[0]) * ((at - start) / length.max(1e-9)));
            if *piece.last().expect("begun") != place {
                piece.push(place);
            }
            if piece.len() > 1 {
                pieces.push(std::mem::replace(&mut piece, vec![place]));
            }
        }
        if *piece.last().expect("begun") != pair[1] {
            piece.push(pair[1]);
        }
        start += length;
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

/// Segments by place, to find what is near.
pub(super) struct SegmentIndex {
    cell_m: f64,
    /// (road, segment) per cell.
    cells: BTreeMap<(i32, i32), Vec<(usize, usize)>>,
}

impl SegmentIndex {
    pub(super) fn new<'a>(cell_m: f64, lines: impl Iterator<Item = &'a [Point]>, reach_m: f64) -> Self {
        let mut index = Self { cell_m, cells: BTreeMap::new() };
        for (number, line) in lines.enumerate() {
            index.add(number, line, reach_m);
        }
        index
    }

    pub(super) fn add(&mut self, number: usize, line: &[Point], reach_m: f64) {
        for (segment, pair) in line.windows(2).enumerate() {
            let at = |value: f64| (value / self.cell_m).floor() as i32;
            let (x0, x1) = (pair[0].x.min(pair[1].x) - reach_m, pair[0].x.max(pair[1].x) + reach_m);
            let (y0, y1) = (pair[0].y.min(pair[1].y) - reach_m, pair[0].y.max(pair[1].y) + reach_m);
            for i in at(x0)..=at(x1) {
                for j in at(y0)..=at(y1) {
                    self.cells.entry((i, j)).or_default().push((number, segment));
                }
            }
        }
    }

    pub(super) fn near(&self, place: Point) -> &[(usize, usize)] {
        let key = ((place.x / self.cell_m).floor() as i32, (place.y / self.cell_m).floor() as i32);
        self.cells.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// Gives roads a common vertex wherever they touch or cross at the same level.
pub(super) fn node(roads: &mut [Road]) {
    for road in roads.iter_mut() {
        road.line.iter_mut().for_each(|place| *place = rounded(*place));
        road.line.dedup();
    }
    join_ends(roads);
    for _ in 0..2 {
        let inserts = meetings(roads);
        for ((road, segment), mut places) in inserts.into_iter().rev() {
            let from = roads[road].line[segment];
            places.sort_by(|a, b| distance(from, *a).total_cmp(&distance(from, *b)));
            roads[road].line.splice(segment + 1..segment + 1, places);
            roads[road].line.dedup();
        }
    }
}

/// Moves a road's end onto a vertex of an earlier road that is less than a lane's width away: two junctions so close
/// are one.
fn join_ends(roads: &mut [Road]) {
    const NEAR_M: f64 = 1.5;
    let mut vertices: BTreeMap<(i64, i64), Vec<Point>> = BTreeMap::new();
    let cell = |place: Point| ((place.x / NEAR_M).floor() as i64, (place.y / NEAR_M).floor() as i64);
    for road in roads.iter_mut().filter(|road| !road.is_motorway() && road.class != "匝道") {
        let last = road.line.len() - 1;
        for end in [0, last] {
            let place = road.line[end];
            let (i, j) = cell(place);
            let around = (-1..=1).flat_map(|di| (-1..=1).map(move |dj| (i + di, j + dj)));
            let near = around.filter_map(|key| vertices.get(&key)).flatten().copied();
            let nearest = near.min_by(|a, b| distance(*a, place).total_cmp(&distance(*b, place)));
            if let Some(nearest) = nearest.filter(|nearest| distance(*nearest, place) < NEAR_M) {
                road.line[end] = nearest;
            }
        }
        for &place in &road.line {
            vertices.entry(cell(place)).or_default().push(place);
        }
    }
}

fn may_meet(a: &Road, b: &Road) -> bool {
    let apart = |x: &Road, y: &Road| x.is_motorway() && !(y.is_motorway() || y.class == "匝道");
    a.level == b.level && !apart(a, b) && !apart(b, a)
}

type Meetings = BTreeMap<(usize, usize), Vec<Point>>;

fn meetings(roads: &[Road]) -> Meetings {
    let index = SegmentIndex::new(120.0, roads.iter().map(|road| road.line.as_slice()), 0.1);
    let mut out = Meetings::new();
    for members in index.cells.values() {
        for (position, &one) in members.iter().enumerate() {
            for &two in &members[position + 1..] {
                if one != two && may_meet(&roads[one.0], &roads[two.0]) {
                    meet(roads, one, two, &mut out);
                }
            }
        }
    }
    for places in out.values_mut() {
        places.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
        places.dedup();
    }
    out
}

fn meet(roads: &[Road], one: (usize, usize), two: (usize, usize), out: &mut Meetings) {
    let ends = |(road, segment): (usize, usize)| (roads[road].line[segment], roads[road].line[segment + 1]);
    let ((a, b), (c, d)) = (ends(one), ends(two));
    if a == c || a == d || b == c || b == d {
        return;
    }
    let mut touched = false;
    // A road that ends this close to another was meant to reach it.
    let is_end =
        |place: Point, road: usize| roads[road].line.first() == Some(&place) || roads[road].line.last() == Some(&place);
    let touches = [(a, one, two, (c, d)), (b, one, two, (c, d)), (c, two, one, (a, b)), (d, two, one, (a, b))];
    for (place, guest, host, (from, to)) in touches {
        let reach = if is_end(place, guest.0) { 0.5 } else { 0.03 };
        if distance(place, nearest_on_segment(place, from, to)) < reach {
            out.entry(host).or_default().push(place);
            touched = true;
        }
    }
    if touched {
        return;
    }
    if let Some(place) = crossing(a, b, c, d).map(rounded) {
        out.entry(one).or_default().push(place);
        out.entry(two).or_default().push(place);
    }
}
