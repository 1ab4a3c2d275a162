//! Places with people and without water, and which of the hydrants to be built would be nearest to them.

use geo::Coord;
use rayon::prelude::*;

use super::proposals::NewSite;
use super::reach::{HoseExit, HydrantReach};
use super::streets::StreetId;
use super::ways::nearest_ways;
use fireplan_algorithms::metric_graph::{DistanceSource, SAME};
use fireplan_model::area::StudyArea;
use fireplan_model::network::Position;

/// A place of the built-up area without water.
pub(super) struct DryPlace {
    /// The street it lies at, and where along it; `None`: no street is near.
    pub street: Option<(StreetId, f64)>,
    pub people: f64,
    pub access: Vec<HoseExit>,
    /// Whether a hydrant that counts under `HydrantRun::planned_on` reaches it.
    pub planned: bool,
}

/// The nearest new hydrant of every building and every dry place, by number; `None`: none reaches it, or it has water already.
pub(super) struct NearestNew {
    pub buildings: Vec<Option<u32>>,
    pub places: Vec<Option<u32>>,
}

impl HydrantReach {
    /// Which of these new hydrants is nearest to what has no water as planned so far.
    pub(super) fn nearest_new(&self, area: &StudyArea, sites: &[NewSite]) -> NearestNew {
        let sources = (0..).zip(sites).flat_map(|(number, site)| self.sources(area, site.at, number));
        let sources: Vec<DistanceSource> = sources.collect();
        let field = self.ways.graph.two_nearest(&sources, self.limit_m);
        let nearest = |planned: bool, access: &[HoseExit]| {
            let labels = access.iter().filter_map(|exit| Some((field.at(exit.place)[0]?, exit)));
            let within = labels.filter(|(near, exit)| near.distance + exit.off_m <= exit.limit_m + SAME);
            let first = within.min_by(|(a, at), (b, bt)| (a.distance + at.off_m).total_cmp(&(b.distance + bt.off_m)));
            first.filter(|_| !planned).map(|(near, _)| near.source)
        };
        NearestNew {
            buildings: self.buildings.iter().map(|building| nearest(building.planned, &building.access)).collect(),
            places: self.dry.iter().map(|place| nearest(place.planned, &place.access)).collect(),
        }
    }

    /// Where a new hydrant at a place would enter the hose network.
    fn sources(&self, area: &StudyArea, at: Coord, number: u32) -> Vec<DistanceSource> {
        let source = |position: Position| {
            let place = self.ways.place(position.segment, position.offset_m)?;
            Some(DistanceSource { place, ahead: position.distance_m, number })
        };
        nearest_ways(area, &self.obstacles, at, self.limit_m).into_iter().filter_map(source).collect()
    }

    /// For each group of new hydrants the numbers of the dry places that a hose from any of them reaches, by the ways on which hoses
    /// would be laid if they stood.
    pub(super) fn reached_by(&self, area: &StudyArea, groups: &[Vec<Coord>]) -> Vec<Vec<usize>> {
        let reached = |group: &Vec<Coord>| {
            let sources = group.iter().flat_map(|at| self.sources(area, *at, 0));
            let field = self.ways.graph.two_nearest(&sources.collect::<Vec<_>>(), self.limit_m);
            let gets_there = |exit: &HoseExit| {
                let near = field.at(exit.place)[0];
                near.is_some_and(|near| near.distance + exit.off_m <= exit.limit_m + SAME)
            };
            let places = self.dry.iter().enumerate().filter(|(_, place)| place.access.iter().any(gets_there));
            places.map(|(number, _)| number).collect()
        };
        groups.par_iter().map(reached).collect()
    }

    /// People without water along a street between two chainages.
    pub(super) fn dry_people(&self, street: StreetId, from_m: f64, to_m: f64) -> f64 {
        let here = |place: &&DryPlace| {
            place.street.is_some_and(|(own, at_m)| own == street && (from_m..=to_m).contains(&at_m))
        };
        self.dry.iter().filter(here).map(|place| place.people).sum::<f64>() + 0.0
    }
}
