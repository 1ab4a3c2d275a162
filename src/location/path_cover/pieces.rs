//! Regions with rings, laid out in places and solved as a set cover, with a bound for all points.

use rayon::prelude::*;

use super::region::Region;
use super::{PathCoverProblem, Points};
use crate::set_cover;
use crate::set_cover::relaxation::Relaxation;
use fireplan_algorithms::metric_graph::{Ball, EdgePosition, SAME, Stretch};

/// Regions with so many places at most are bounded by covers of single points too: these may be solved exactly.
const FEW_PLACES: usize = 3_000;

/// Demand is cut into some so many pieces at most.
const PIECES: f64 = 60_000.0;

impl Region {
    /// Demand in pieces of at most a step, and places every step at most.
    pub(super) fn by_set_cover(&self, allowed: &[bool], problem: &PathCoverProblem) -> Points {
        let (radius, step) = (problem.radius, self.step(problem));
        let wanted = self.pieces(step);
        let places = self.places(allowed, step);
        let covers = self.whole_pieces(&wanted, &places, radius);
        let standing = self.standing(&places, &covers, wanted.len(), problem);
        let sets: Vec<Vec<u32>> = standing.iter().map(|place| covers[*place].clone()).collect();
        let found = set_cover::cover(wanted.len() as u32, &sets);
        let chosen: Vec<EdgePosition> = found.chosen.iter().map(|set| places[standing[*set as usize]]).collect();
        let mut lower_bound = self.measured_bound(&wanted, allowed, radius, step / 2.0, chosen.len());
        if places.len() <= FEW_PLACES && lower_bound < chosen.len() {
            // Any point is within half a step of a place that was tried; what it covers, that place covers at this radius.
            let relaxed = set_cover::cover(wanted.len() as u32, &self.middles(&wanted, &places, radius + step / 2.0));
            lower_bound = lower_bound.max(relaxed.lower_bound);
        }
        // Forbidden edges may still be passed, but a bound over the allowed places holds only for these.
        Points { lower_bound: lower_bound.min(chosen.len()), exact: 0, places: chosen }
    }

    /// The numbers of the places where a point can stand and, for pieces that none of these covers, of all that do.
    fn standing(
        &self,
        places: &[EdgePosition],
        covers: &[Vec<u32>],
        pieces: usize,
        problem: &PathCoverProblem,
    ) -> Vec<usize> {
        let accepted: Vec<bool> = places.par_iter().map(|at| (problem.accepts)(self.in_whole(*at))).collect();
        let mut is_covered = vec![false; pieces];
        for (covers, _) in covers.iter().zip(&accepted).filter(|(_, accepted)| **accepted) {
            covers.iter().for_each(|piece| is_covered[*piece as usize] = true);
        }
        let is_needed = |place: &usize| covers[*place].iter().any(|piece| !is_covered[*piece as usize]);
        (0..places.len()).filter(|place| accepted[*place] || is_needed(place)).collect()
    }

    /// The step asked for, or more where there would be too many pieces; never so much that points near by are missed.
    fn step(&self, problem: &PathCoverProblem) -> f64 {
        let length: f64 = self.demand.iter().map(|stretch| stretch.to - stretch.from).sum();
        problem.step.max((length / PIECES).min(problem.radius / 4.0))
    }

    /// The demand in pieces of at most a step.
    fn pieces(&self, step: f64) -> Vec<Stretch> {
        let cut = |stretch: &Stretch| {
            let count = ((stretch.to - stretch.from) / step).ceil().max(1.0);
            let (from, width, edge) = (stretch.from, (stretch.to - stretch.from) / count, stretch.edge);
            (0..count as u32).map(move |piece| {
                let from = from + width * f64::from(piece);
                Stretch { edge, from, to: from + width }
            })
        };
        self.demand.iter().flat_map(cut).collect()
    }

    /// Places on the allowed edges, a step apart at most.
    fn places(&self, allowed: &[bool], step: f64) -> Vec<EdgePosition> {
        let edges = (0..self.graph.edges.len()).filter(|edge| allowed[*edge]);
        let along = |edge: usize| {
            let length = self.graph.edges[edge].length;
            let count = (length / step).ceil().max(1.0);
            (0..=count as u32).map(move |at| EdgePosition { edge: edge as u32, offset: length * f64::from(at) / count })
        };
        edges.flat_map(along).collect()
    }

    fn around<T: Send>(&self, places: &[EdgePosition], radius: f64, of: impl Fn(&[Stretch]) -> T + Sync) -> Vec<T> {
        let around = places
            .par_iter()
            .map_init(|| Ball::new(&self.graph), |ball, at| of(&ball.around(&self.graph, *at, radius)));
        around.collect()
    }

    /// Per place, the pieces of demand that lie wholly within the radius.
    fn whole_pieces(&self, wanted: &[Stretch], places: &[EdgePosition], radius: f64) -> Vec<Vec<u32>> {
        let whole = |piece: &Stretch, near: &Stretch| near.from - SAME <= piece.from && piece.to <= near.to + SAME;
        self.around(places, radius, |around| touched(wanted, around, whole))
    }

    /// Per place, the pieces of demand whose middle is within the radius.
    fn middles(&self, wanted: &[Stretch], places: &[EdgePosition], radius: f64) -> Vec<Vec<u32>> {
        let middle = |piece: &Stretch, near: &Stretch| {
            let middle = (piece.from + piece.to) / 2.0;
            near.from - SAME <= middle && middle <= near.to + SAME
        };
        self.around(places, radius, |around| touched(wanted, around, middle))
    }

    /// A bound by length: every piece of demand must be covered once over, in shares of its length, be it by many points.
    /// Any point is within half a step of a place; that place, with the radius half a step larger, stands for it.
    fn measured_bound(&self, wanted: &[Stretch], allowed: &[bool], radius: f64, step: f64, known: usize) -> usize {
        let places = self.places(allowed, step);
        let overlap = |piece: &Stretch, near: &Stretch| piece.to.min(near.to) - piece.from.max(near.from);
        let shares = self.around(&places, radius + step / 2.0, |around| {
            let mut shares: Vec<(u32, f32)> = Vec::new();
            for near in around {
                for piece in touched(wanted, std::slice::from_ref(near), |piece, near| overlap(piece, near) > SAME) {
                    let stretch = &wanted[piece as usize];
                    let share = ((overlap(stretch, near) + SAME) / (stretch.to - stretch.from)).min(1.0) as f32;
                    shares.push((piece, share));
                }
            }
            shares
        });
        let relaxation = Relaxation::new(wanted.len(), shares.into_iter().map(Vec::into_iter));
        relaxation.bound(known, |_| known)
    }
}

/// The pieces of demand on these stretches for which the question is answered with yes.
fn touched(wanted: &[Stretch], around: &[Stretch], within: impl Fn(&Stretch, &Stretch) -> bool) -> Vec<u32> {
    let of = |near: &Stretch| {
        let first = wanted.partition_point(|piece| piece.edge < near.edge);
        let here = wanted[first..].iter().take_while(|piece| piece.edge == near.edge).zip(first as u32..);
        here.filter(|(piece, _)| within(piece, near)).map(|(_, number)| number).collect::<Vec<u32>>()
    };
    around.iter().flat_map(of).collect()
}
