//! Breaks in the barrier network: built lines that end inside the forest.
//!
//! An end of a firebreak line or belt *dangles* when it lies in forest and no other barrier passes within their half widths
//! and a metre. Two dangling ends are a *break* of one line when the lines bear the same name, they point at each other (within
//! 60° of the straight link between them), the link is no longer than the gap length, stays in the forest and meets no barrier;
//! the shortest links are paired first. An end left over is *loose*: its link runs to the nearest other barrier or forest edge
//! within that length.

use geo::{Coord, Line, LineString};

use super::barriers::{Barriers, ForestBarrier};
use super::woods::Woods;
use fireplan_algorithms::faces::{FaceIndex, faces};
use fireplan_algorithms::union_find::UnionFind;
use fireplan_model::method_constants;
use fireplan_model::network::SAME_M;

/// A dangling end of a barrier.
#[derive(Debug, Clone, Copy)]
pub(super) struct DanglingEnd {
    pub barrier: u32,
    pub at: Coord,
    /// Unit vector along the barrier, pointing out of its end.
    towards: Coord,
}

/// A link that would close the network.
#[derive(Debug, Clone, Copy)]
pub(super) struct BarrierLink {
    pub line: Line,
    /// The barrier that ends here.
    pub from: u32,
    /// The barrier it would meet; `None`: the forest edge.
    pub to: Option<u32>,
    /// Whether it joins two ends of one line with a break.
    pub is_break: bool,
}

impl BarrierLink {
    pub(super) fn length_m(&self) -> f64 {
        length(self.line)
    }
}

fn length(line: Line) -> f64 {
    let along = line.end - line.start;
    along.x.hypot(along.y)
}

method_constants! {
    /// 两条阻隔边缘相距不超过此值视为相接 | Barriers meet where their edges come this near
    pub(super) const BARRIER_TOUCH_M: f64 = 1.0,
        because "1:2000 图平面误差约 1 米，火不会穿过这样的缝隙 | A 1:2000 map errs by some 1 m, and no fire passes such a chink";
    /// 两段阻隔走向与其连线夹角的余弦不小于此值（60° 内），才算同一条阻隔的断口 | Cosine of the angle between a barrier and the link to the next from which they are one broken barrier (within 60°)
    const GOES_ON_COSINE: f64 = 0.5,
        because "折角更大的是两条各自的阻隔；假定值，供审查 | What turns more sharply is another barrier; an assumption, for review";
}

pub(super) fn dangling(woods: &Woods, barriers: &Barriers) -> Vec<DanglingEnd> {
    let widest_m = barriers.list.iter().map(half_m).fold(0.0, f64::max);
    let mut ends = Vec::new();
    for (barrier, number) in barriers.list.iter().zip(0_u32..) {
        let line = &barrier.line.0;
        if !barrier.means.is_built() || line.len() < 2 || line.first() == line.last() {
            continue;
        }
        for (at, before) in [(line[0], line[1]), (line[line.len() - 1], line[line.len() - 2])] {
            if woods.index.contains(at) && !meets_another(barriers, number, at, widest_m) {
                let along = at - before;
                ends.push(DanglingEnd { barrier: number, at, towards: along / along.x.hypot(along.y) });
            }
        }
    }
    ends
}

fn half_m(barrier: &ForestBarrier) -> f64 {
    barrier.width_m.unwrap_or(0.0) / 2.0
}

fn meets_another(barriers: &Barriers, own: u32, at: Coord, widest_m: f64) -> bool {
    let own_m = half_m(&barriers.list[own as usize]);
    barriers.near(at, own_m + widest_m + BARRIER_TOUCH_M).into_iter().any(|(other, _, distance_m)| {
        other != own && distance_m <= own_m + half_m(&barriers.list[other as usize]) + BARRIER_TOUCH_M
    }) || barriers.covers(at)
}

pub(super) fn links(woods: &Woods, barriers: &Barriers, gap_m: f64) -> Vec<BarrierLink> {
    let ends = dangling(woods, barriers);
    let free = |line: Line| woods.index.is_clear(line) && !barriers.is_crossed_between(line);
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (first, a) in ends.iter().enumerate() {
        for (second, b) in ends.iter().enumerate().skip(first + 1) {
            let line = Line::new(a.at, b.at);
            let length_m = length(line);
            let one_line = barriers.list[a.barrier as usize].name == barriers.list[b.barrier as usize].name;
            if one_line && length_m > 0.0 && length_m <= gap_m && goes_on(a, b, length_m) && free(line) {
                pairs.push((length_m, first, second));
            }
        }
    }
    pairs.sort_by(|a, b| a.partial_cmp(b).expect("lengths are finite"));
    let mut taken = vec![false; ends.len()];
    let mut links = Vec::new();
    for (_, first, second) in pairs {
        if !taken[first] && !taken[second] {
            (taken[first], taken[second]) = (true, true);
            let (a, b) = (&ends[first], &ends[second]);
            links.push(BarrierLink {
                line: Line::new(a.at, b.at),
                from: a.barrier,
                to: Some(b.barrier),
                is_break: true,
            });
        }
    }
    links.sort_by(|a, b| (a.from, a.to).cmp(&(b.from, b.to)).then(a.line.start.x.total_cmp(&b.line.start.x)));
    let loose = ends.iter().zip(&taken).filter(|(_, taken)| !**taken);
    for link in loose.filter_map(|(end, _)| loose_link(woods, barriers, end, gap_m)) {
        // Two ends that stand before one another are one gap.
        if !links.iter().any(|known| is_reversed(&known.line, &link.line)) {
            links.push(link);
        }
    }
    links
}

/// Whether a line is another one run from its end, as near as [`SAME_M`].
fn is_reversed(a: &Line, b: &Line) -> bool {
    let apart = |a: Coord, b: Coord| length(Line::new(a, b)) > SAME_M;
    !apart(a.start, b.end) && !apart(a.end, b.start)
}

/// Whether two ends point at each other, so that their lines are one line with a break.
fn goes_on(a: &DanglingEnd, b: &DanglingEnd, length_m: f64) -> bool {
    let link = (b.at - a.at) / length_m;
    let dot = |u: Coord, v: Coord| u.x * v.x + u.y * v.y;
    dot(a.towards, link) >= GOES_ON_COSINE && dot(b.towards, link) <= -GOES_ON_COSINE
}

fn loose_link(woods: &Woods, barriers: &Barriers, end: &DanglingEnd, gap_m: f64) -> Option<BarrierLink> {
    let others = barriers.near(end.at, gap_m).into_iter().filter(|(barrier, ..)| *barrier != end.barrier);
    let barrier = others
        .map(|(barrier, at, distance_m)| (Line::new(end.at, at), Some(barrier), distance_m))
        .find(|(line, ..)| woods.index.is_clear(*line));
    let edge =
        woods.index.nearest(end.at, gap_m).map(|(at, _)| (Line::new(end.at, at), None, length(Line::new(end.at, at))));
    let nearest = [barrier, edge].into_iter().flatten().min_by(|a, b| a.2.total_cmp(&b.2))?;
    let (line, to, length_m) = nearest;
    (length_m > 0.0).then_some(BarrierLink { line, from: end.barrier, to, is_break: false })
}

/// How the cells of the forest change when a link is closed.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinkEffect {
    /// Areas of the cells on its two sides when every link is closed; `None` where both sides are one cell.
    pub joins_m2: Option<[f64; 2]>,
    /// Area of the smaller part when it is closed alone and cuts a cell in two; `None` where it cuts none.
    pub splits_off_m2: Option<f64>,
}

/// A closed link is lengthened by this at both ends so that it crosses the barriers it meets, in metres.
const CARRY_M: f64 = 0.5;
/// Distance beside a link at which the cells on its two sides are looked up, in metres.
const BESIDE_LINK_M: f64 = 0.1;

fn closed(link: &BarrierLink) -> LineString {
    let along = link.line.end - link.line.start;
    let unit = along / link.length_m();
    // The ends stay vertices, so that they are the very places where barriers end.
    let (start, end) = (link.line.start, link.line.end);
    LineString(vec![start - unit * CARRY_M, start, end, end + unit * CARRY_M])
}

/// Per link, by the faces between all barriers with all links closed and the links that join them again.
pub(super) fn effects(woods: &Woods, barriers: &Barriers, links: &[BarrierLink]) -> Vec<LinkEffect> {
    let mut lines = barriers.dividing_lines();
    lines.extend(links.iter().map(closed));
    let fine = FaceIndex::new(faces(&woods.shape(), &lines));
    let sides: Vec<Option<(u32, u32)>> = links
        .iter()
        .map(|link| {
            let (middle, along) =
                ((link.line.start + link.line.end) / 2.0, (link.line.end - link.line.start) / link.length_m());
            let normal = Coord { x: -along.y, y: along.x } * BESIDE_LINK_M;
            Some((fine.face_at(middle + normal)?, fine.face_at(middle - normal)?))
        })
        .collect();
    let areas_m2 = fine.areas();
    (0..links.len())
        .map(|number| {
            let Some((left, right)) = sides[number].filter(|(left, right)| left != right) else {
                return LinkEffect { joins_m2: None, splits_off_m2: None };
            };
            let mut groups = UnionFind::new(areas_m2.len());
            let others = sides.iter().enumerate().filter(|(other, _)| *other != number);
            others.filter_map(|(_, sides)| *sides).for_each(|(a, b)| groups.join(a, b));
            let (a, b) = (groups.group(left), groups.group(right));
            let whole = |group: u32, groups: &mut UnionFind| -> f64 {
                (0..areas_m2.len()).filter(|face| groups.group(*face as u32) == group).map(|face| areas_m2[face]).sum()
            };
            let splits_off_m2 = (a != b).then(|| whole(a, &mut groups).min(whole(b, &mut groups)));
            LinkEffect { joins_m2: Some([areas_m2[left as usize], areas_m2[right as usize]]), splits_off_m2 }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use geo::{Area, MultiPolygon};
    use proptest::prelude::*;

    use super::*;
    use crate::analyses::firebreaks::barriers::Means;
    use fireplan_algorithms::area_index::AreaIndex;
    use fireplan_model::sketch::rectangle;

    fn woods() -> Woods {
        let MultiPolygon(forests) = rectangle((0.0, 0.0), (1000.0, 1000.0));
        Woods { index: AreaIndex::new(&forests), forests, area_m2: 1e6 }
    }

    fn belts(lines: &[&[(f64, f64)]]) -> Barriers {
        let belt = |line: &&[(f64, f64)]| ForestBarrier {
            name: String::new(),
            means: Means::Belt,
            width_m: Some(20.0),
            estimated: false,
            line: LineString::from(line.to_vec()),
            area: None,
        };
        Barriers::indexed(lines.iter().map(belt).collect())
    }

    #[test]
    fn a_hole_in_a_belt_is_one_break_and_its_closure_halves_the_forest() {
        let barriers = belts(&[&[(-5.0, 500.0), (450.0, 500.0)], &[(570.0, 500.0), (1005.0, 500.0)]]);
        let links = links(&woods(), &barriers, 300.0);
        assert_eq!(links.len(), 1);
        assert!(links[0].is_break && (links[0].length_m() - 120.0).abs() < 1e-9);
        let effect = effects(&woods(), &barriers, &links)[0];
        assert!((effect.splits_off_m2.unwrap() - 5e5).abs() < 10.0, "{effect:?}");
    }

    #[test]
    fn of_two_holes_neither_alone_divides() {
        let barriers = belts(&[
            &[(-5.0, 500.0), (200.0, 500.0)],
            &[(300.0, 500.0), (600.0, 500.0)],
            &[(700.0, 500.0), (1005.0, 500.0)],
        ]);
        let links = links(&woods(), &barriers, 300.0);
        let effects = effects(&woods(), &barriers, &links);
        assert_eq!(effects.len(), 2);
        assert!(
            effects.iter().all(|effect| effect.joins_m2.is_some() && effect.splits_off_m2.is_none()),
            "{effects:?}"
        );
    }

    #[test]
    fn lines_that_pass_each_other_do_not_go_on() {
        let barriers = belts(&[&[(-5.0, 400.0), (500.0, 400.0)], &[(500.0, 600.0), (1005.0, 600.0)]]);
        assert!(links(&woods(), &barriers, 300.0).iter().all(|link| !link.is_break));
    }

    #[test]
    fn a_slanting_line_is_closed_as_well() {
        // No coordinate of it is exact in binary, so that ends must be shared, not computed again.
        let at = |x: f64| (x, 100.1 + 0.7123 * x);
        let barriers = belts(&[&[at(-5.3), at(411.7)], &[at(503.9), at(1006.1)]]);
        let links = links(&woods(), &barriers, 300.0);
        assert_eq!(links.len(), 1);
        assert!(effects(&woods(), &barriers, &links)[0].splits_off_m2.is_some());
    }

    #[test]
    fn ends_of_two_lines_are_loose() {
        let mut barriers = belts(&[&[(-5.0, 500.0), (450.0, 500.0)], &[(570.0, 500.0), (1005.0, 500.0)]]);
        barriers.list[1].name = "另一条".to_owned();
        let links = links(&woods(), &barriers, 300.0);
        // They stand before one another: one gap.
        assert_eq!(links.iter().map(|link| link.is_break).collect::<Vec<_>>(), [false]);
        assert_eq!(links[0].to, Some(1));
    }

    #[test]
    fn a_loose_end_reaches_for_the_edge() {
        let barriers = belts(&[&[(-5.0, 400.0), (960.0, 400.0)]]);
        let links = links(&woods(), &barriers, 300.0);
        assert_eq!((links.len(), links[0].to, links[0].is_break), (1, None, false));
        assert!((links[0].length_m() - 40.0).abs() < 1e-9);
        assert!(effects(&woods(), &barriers, &links)[0].splits_off_m2.is_some());
    }

    /// Cells by flood on a grid of one-metre-wide walls: the same count as faces.
    fn flooded(lines: &[LineString]) -> usize {
        const SIDE: usize = 100;
        const STEP_M: f64 = 10.0;
        let centre = |cell: usize| Coord {
            x: (cell % SIDE) as f64 * STEP_M + STEP_M / 2.0,
            y: (cell / SIDE) as f64 * STEP_M + STEP_M / 2.0,
        };
        let crosses = |a: usize, b: usize| {
            let step = Line::new(centre(a), centre(b));
            lines
                .iter()
                .flat_map(LineString::lines)
                .any(|line| geo::line_intersection::line_intersection(line, step).is_some())
        };
        let mut groups = UnionFind::new(SIDE * SIDE);
        for cell in 0..SIDE * SIDE {
            if cell % SIDE + 1 < SIDE && !crosses(cell, cell + 1) {
                groups.join(cell as u32, cell as u32 + 1);
            }
            if cell + SIDE < SIDE * SIDE && !crosses(cell, cell + SIDE) {
                groups.join(cell as u32, (cell + SIDE) as u32);
            }
        }
        (0..SIDE * SIDE).filter(|cell| groups.group(*cell as u32) == *cell as u32).count()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        /// Belts on a coarse grid of lines, with holes; which closures divide, by closing one after the other.
        #[test]
        fn gaps_are_those_of_brute_force(
            rows in prop::collection::vec((1_u32..9, 0_u32..3), 1..4),
            columns in prop::collection::vec((1_u32..9, 0_u32..3), 0..3),
        ) {
            let mut lines: Vec<Vec<(f64, f64)>> = Vec::new();
            let mut add = |at: f64, holes: u32, across: bool| {
                let mut from = -5.0;
                // Holes where no other line can cross: between the hundreds.
                for hole in 0..holes {
                    let start = 130.0 + 400.0 * f64::from(hole);
                    lines.push(vec![(from, at), (start, at)]);
                    from = start + 40.0;
                }
                lines.push(vec![(from, at), (1005.0, at)]);
                let new = lines.len() - holes as usize - 1;
                if across {
                    lines[new..].iter_mut().flatten().for_each(|point| *point = (point.1, point.0));
                }
            };
            let distinct = |mut list: Vec<(u32, u32)>| { list.sort(); list.dedup_by_key(|one| one.0); list };
            distinct(rows).iter().for_each(|(at, holes)| add(f64::from(*at) * 100.0, *holes, false));
            distinct(columns).iter().for_each(|(at, holes)| add(f64::from(*at) * 100.0, *holes, true));
            let slices: Vec<&[(f64, f64)]> = lines.iter().map(Vec::as_slice).collect();
            let (woods, barriers) = (woods(), belts(&slices));
            let links = links(&woods, &barriers, 60.0);
            let effects = effects(&woods, &barriers, &links);
            let now = barriers.dividing_lines();
            let count = flooded(&now);
            prop_assert_eq!(faces(&woods.shape(), &now).len(), count);
            for (link, effect) in links.iter().zip(&effects) {
                let mut with = now.clone();
                with.push(closed(link));
                prop_assert_eq!(flooded(&with) > count, effect.splits_off_m2.is_some());
            }
            let mut all = now;
            all.extend(links.iter().map(closed));
            let total: f64 = faces(&woods.shape(), &all).iter().map(Area::unsigned_area).sum();
            prop_assert!((total - 1e6).abs() < 1.0);
            for (number, effect) in effects.iter().enumerate() {
                let mut without = all.clone();
                without.remove(barriers.list.len() + number);
                prop_assert_eq!(flooded(&without) < flooded(&all), effect.joins_m2.is_some());
            }
        }
    }
}
