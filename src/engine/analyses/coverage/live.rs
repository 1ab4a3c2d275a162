//! The same question while stations are moved on the map: only what may differ is computed again.
//!
//! **Method.** Kept from the area as it is: the network as every class of vehicle drives it, the road location of every
//! place, and the answer. For other stations the times on the network are searched anew, which is cheap; where the first
//! departures onto a segment are the same as before, its stretches are, and a place served from such segments fares as it
//! did. The rest is judged by the functions of the whole run, and sums run over everything in the same order: figures are
//! equal to those of the whole run to the last digit.
//!
//! **Limits.** Only first arrivals are followed: who comes second, which engines come to a place and by which way, and with them
//! the verdicts on places, are told by the whole run.
//! Roads that change otherwise than by a station mean new searches from the ground up.

use crate::scenario::{anchor, apply_kept};
use std::ops::Range;
use std::sync::Arc;

use anyhow::Result;
use geo::{Centroid, Coord};
use rayon::prelude::*;

use super::bands::{Lattice, LatticePoint};
use super::in_limit;
use super::people::{self, People, PeopleAt};
use super::planned_roads::planned_stretches;
use super::roads::{self, RoadStretch};
use super::sites::{self, BuiltUpJudged, Judged, VillageReach};
use super::summary::{self, Parts, Shares};
use super::{Coverage, Sited};
use crate::analysis::Live;
use crate::response::border::find_corners;
use crate::response::network_cache::{NetworkCache, NetworkTimes};
use crate::response::places::{PlaceAccess, Placement, RoadAccess, UsableSegments};
use crate::response::time_limits::TimeLimits;
use crate::response::times::{Reached, ResponseTimes};
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Findings, Layer};
use fireplan_model::ids::{SegmentId, TownId};
use fireplan_model::notes::Notes;
use fireplan_model::rules::Rules;
use fireplan_model::scenario::{EditReference, KeptScenario, Scenario};

/// All places that are judged, in one list: villages, buildings, cells with people, places of built-up areas.
struct Places {
    at: Vec<Coord>,
    towns: Vec<Option<TownId>>,
    villages: Range<usize>,
    buildings: Range<usize>,
    /// Of the layer, in the order of `buildings`: some have no area.
    building_numbers: Vec<usize>,
    cells: Range<usize>,
    /// People, in the order of `cells`; `None`: there is no raster.
    people: Option<Vec<f64>>,
    built_up: Vec<(Judged, Range<usize>)>,
}

impl Places {
    fn new(area: &StudyArea, limit_m: f64, lattice_m: f64) -> Result<Self> {
        let lattice = Lattice::new(find_corners(&area.network), limit_m, lattice_m)?;
        let town_index = TownIndex::new(area);
        let mut at: Vec<Coord> = area.layers.villages.iter().map(|village| village.geometry.0).collect();
        let villages = 0..at.len();
        let centers = area.layers.buildings.iter().enumerate();
        let centers = centers.filter_map(|(number, building)| Some((number, building.geometry.centroid()?.0)));
        let (building_numbers, centers): (Vec<usize>, Vec<Coord>) = centers.unzip();
        at.extend(centers);
        let buildings = villages.end..at.len();
        let with_people = area.population.as_ref().map(people::cells);
        at.extend(with_people.iter().flatten().map(|(at, _)| *at));
        let cells = buildings.end..at.len();
        let towns = at.par_iter().map(|at| town_index.at(*at)).collect();
        let mut built_up = Vec::new();
        for judged in sites::judged(area, &town_index, &lattice) {
            let first = at.len();
            at.extend(judged.places.iter().map(|(place, _)| *place));
            built_up.push((judged, first..at.len()));
        }
        let people = with_people.map(|cells| cells.into_iter().map(|(_, people)| people).collect());
        Ok(Self { at, towns, villages, buildings, building_numbers, cells, people, built_up })
    }
}

/// Where every place is served from, by the segments that may serve places.
struct ServedPlaces {
    usable: Arc<UsableSegments>,
    access: Arc<Vec<RoadAccess>>,
}

/// When crews arrive at every place and on every road.
struct FollowedAnswer {
    searched: NetworkTimes,
    villages: Vec<Sited<VillageReach>>,
    /// In the order of the places.
    points: Vec<Point>,
    /// In the order of the segments, with the town each lies in.
    stretches: Vec<(RoadStretch, Option<TownId>)>,
    /// Where the stretches of each segment begin; one more at the end.
    first: Vec<u32>,
    built_up: Vec<BuiltUpJudged>,
}

#[derive(Clone, Copy)]
struct Point {
    reached: Reached,
    reached_if_favourable: bool,
    lattice: LatticePoint,
}

impl FollowedAnswer {
    fn stretches(&self, segment: SegmentId) -> &[(RoadStretch, Option<TownId>)] {
        &self.stretches[self.first[segment.index()] as usize..self.first[segment.index() + 1] as usize]
    }
}

/// An area with fixed roads and water, and the answer for the stations that it has.
struct FollowedRoads {
    area: Arc<StudyArea>,
    /// New roads may widen the lattice: the places go with the roads.
    places: Places,
    cache: NetworkCache,
    placed: Vec<ServedPlaces>,
    answer: FollowedAnswer,
}

pub(super) struct Following {
    question: Coverage,
    rules: Arc<Rules>,
    base: FollowedRoads,
    /// With other roads: those of the scenario followed last.
    other: Option<FollowedRoads>,
}

impl Following {
    pub(super) fn new(question: Coverage, area: Arc<StudyArea>, rules: Arc<Rules>) -> Result<Self> {
        let base = FollowedRoads::new(&question, area, &rules)?;
        Ok(Self { question, rules, base, other: None })
    }

    /// The ground of a scenario that changes roads, without what it does to stations: taken out, for as long as it works.
    fn take_other(&mut self, scenario: &Scenario, known: &[EditReference]) -> Result<FollowedRoads> {
        let roads = scenario.without_stations();
        let references = anchor(&roads, known, &self.base.area);
        let is_same = |other: &FollowedRoads| {
            let means_the_same = other.area.applied.as_ref().is_some_and(|applied| applied.references == references);
            other.area.scenario.as_deref() == Some(&roads) && means_the_same
        };
        if let Some(known) = self.other.take().filter(is_same) {
            return Ok(known);
        }
        let kept = KeptScenario { scenario: roads, revision: None, references };
        FollowedRoads::new(&self.question, Arc::new(apply_kept(&kept, &self.base.area)?), &self.rules)
    }
}

impl Live for Following {
    fn follow(&mut self, changed: &StudyArea) -> Result<[Findings; 2]> {
        let scenario = changed.scenario.clone().unwrap_or_default();
        let references = changed.applied.as_ref().map_or(&[][..], |applied| &applied.references);
        let mut other = if scenario.keeps_roads() { None } else { Some(self.take_other(&scenario, references)?) };
        let ground = other.as_mut().unwrap_or(&mut self.base);
        let answer = ground.follow(&self.question, changed, &self.rules)?;
        let answers = [&self.base.answer, &answer];
        let roads = other.is_none().then(|| {
            let segments = SegmentId::first(changed.network.segments.len());
            segments.filter(|segment| fares_otherwise(answers, *segment)).collect::<Vec<_>>()
        });
        // Villages, buildings and cells are numbered alike on both grounds.
        let buildings = self.base.places.buildings.clone();
        let buildings: Vec<usize> =
            buildings.filter(|at| answers[0].points[*at].reached != answers[1].points[*at].reached).collect();
        let sides = [(&*self.base.area, &self.base), (changed, other.as_ref().unwrap_or(&self.base))];
        let findings_of = |(area, ground): (&StudyArea, &FollowedRoads), answer: &FollowedAnswer| {
            let run = ResponseTimes::with_searched(area, &self.rules, &ground.cache, &answer.searched);
            findings(&run, &ground.places, answer, roads.as_deref(), &buildings)
        };
        let findings = [findings_of(sides[0], answers[0]), findings_of(sides[1], answers[1])];
        self.other = other.or(self.other.take());
        Ok(findings)
    }
}

fn fares_otherwise([before, after]: [&FollowedAnswer; 2], segment: SegmentId) -> bool {
    let (was, is) = (before.stretches(segment), after.stretches(segment));
    was.len() != is.len() || was.iter().zip(is).any(|((was, _), (is, _))| was != is)
}

/// The figures, and of roads and buildings only these; `None`: all roads.
fn findings(
    run: &ResponseTimes,
    places: &Places,
    answer: &FollowedAnswer,
    segments: Option<&[SegmentId]>,
    buildings: &[usize],
) -> Findings {
    let people = match &places.people {
        None => People::of_villages(run, &answer.villages),
        Some(people) => {
            let cells = places.cells.clone().zip(people);
            let at = cells.map(|(at, people)| PeopleAt {
                people: *people,
                town: places.towns[at],
                reached: answer.points[at].reached,
                reached_if_favourable: answer.points[at].reached_if_favourable,
                first: None,
            });
            People { at: at.collect(), from_raster: true }
        }
    };
    let of_building = |at: usize| (places.towns[at], answer.points[at].reached);
    let parts = Parts {
        villages: &answer.villages,
        buildings: places.buildings.clone().map(of_building).collect(),
        roads: answer.stretches.par_iter().map(|(one, town)| (*town, one.counted_m(run), one.reached)).collect(),
        built_up: &answer.built_up,
        people: &people,
        planned: planned_stretches(run),
    };
    let shares = Shares::gather(run, parts);
    let stretches: Vec<RoadStretch> = match segments {
        None => answer.stretches.iter().map(|(stretch, _)| *stretch).collect(),
        Some(segments) => {
            let of_segments = segments.iter().flat_map(|segment| answer.stretches(*segment));
            of_segments.map(|(stretch, _)| *stretch).collect()
        }
    };
    let roads: Vec<_> = stretches.par_iter().map(|stretch| roads::row(run, stretch)).collect();
    let buildings = buildings.par_iter().map(|at| {
        let building = &run.area.layers.buildings[places.building_numbers[at - places.buildings.start]];
        sites::building(run, building, places.at[*at], &run.times_at(places.at[*at]))
    });
    let buildings: Vec<_> = buildings.collect();
    let layers: Vec<Layer> = vec![
        super::built_up_layer(answer.built_up.iter().map(|judged| &judged.row)),
        super::roads_layer(Sited::rows(&roads)),
        super::buildings_layer(Sited::rows(&buildings)),
        super::villages_layer(Sited::rows(&answer.villages)),
    ];
    Findings {
        figures: in_limit::figure_of_villages(run, &answer.villages)
            .into_iter()
            .chain(summary::figures(run, &shares, &answer.villages))
            .collect(),
        layers: layers.into_iter().filter(|layer| !layer.features.is_empty()).collect(),
        // Verdicts hang on every engine that comes, which only the whole run tells.
        checks: Vec::new(),
        ..Findings::default()
    }
}

impl FollowedRoads {
    fn new(question: &Coverage, area: Arc<StudyArea>, rules: &Rules) -> Result<Self> {
        let places = Places::new(&area, rules.response.access_limit_m.value, question.lattice_m)?;
        let (mut cache, mut placed) = (NetworkCache::new(&area), Vec::new());
        let starts = question.dispatch().starts(&area, rules, &mut Notes::default())?;
        let searched = cache.search(&area, rules, starts)?;
        let answer = answer(&area, rules, &places, &cache, &mut placed, searched, None);
        Ok(Self { area, places, cache, placed, answer })
    }

    /// The answer for other stations.
    fn follow(&mut self, question: &Coverage, area: &StudyArea, rules: &Rules) -> Result<FollowedAnswer> {
        let starts = question.dispatch().starts(area, rules, &mut Notes::default())?;
        let searched = self.cache.search(area, rules, starts)?;
        let followed = answer(area, rules, &self.places, &self.cache, &mut self.placed, searched, Some(&self.answer));
        // However many scenarios come by, only what serves this ground and the last of them is kept.
        let in_use = [&self.answer, &followed].map(|answer| answer.searched.usable.clone()).concat();
        self.placed.retain(|placed| in_use.iter().any(|usable| Arc::ptr_eq(usable, &placed.usable)));
        self.cache.retain(&in_use);
        Ok(followed)
    }
}

/// The answer for new times. What cannot have changed is copied from the known answer.
fn answer(
    area: &StudyArea,
    rules: &Rules,
    places: &Places,
    cache: &NetworkCache,
    placed: &mut Vec<ServedPlaces>,
    searched: NetworkTimes,
    known: Option<&FollowedAnswer>,
) -> FollowedAnswer {
    let run = ResponseTimes::with_searched(area, rules, cache, &searched);
    let accesses: Vec<Arc<Vec<RoadAccess>>> =
        searched.usable.iter().map(|usable| find_accesses(&run.access, places, placed, usable)).collect();
    let changed = known.and_then(|known| Some((known, known.searched.changed(&searched)?)));
    let unchanged = |segment: SegmentId| changed.as_ref().filter(|(_, changed)| !changed[segment.index()]);
    let placement = |at: usize| accesses.iter().map(|accesses| accesses[at]).collect::<Placement>();
    let point = |at: usize| {
        let placement = placement(at);
        let known =
            changed.as_ref().filter(|_| placement.positions().all(|position| unchanged(position.segment).is_some()));
        known.map_or_else(
            || {
                let times = run.times_of(&placement);
                let place = places.at[at];
                let (reached, reached_if_favourable) =
                    (run.reached(&times, place), run.reached_if_favourable(&times, place));
                Point { reached, reached_if_favourable, lattice: LatticePoint::of(&times) }
            },
            |(known, _)| known.points[at],
        )
    };
    let points: Vec<Point> = (0..places.at.len()).into_par_iter().with_min_len(256).map(point).collect();
    let limits = TimeLimits::new(run.area, run.rules, &run.towns);
    let villages = places.villages.clone().into_par_iter().map(|number| {
        let placement = placement(number);
        sites::village(&run, &limits, number, places.towns[number], &placement, &run.times_of(&placement))
    });
    let villages = villages.collect();
    let of_segment = |segment: SegmentId| match unchanged(segment) {
        Some((known, _)) => known.stretches(segment).to_vec(),
        None => {
            let known = changed.as_ref().map_or(&[][..], |(known, _)| known.stretches(segment));
            let town = |stretch: &RoadStretch| {
                let same = known.iter().find(|(known, _)| (known.from_m, known.to_m) == (stretch.from_m, stretch.to_m));
                same.map_or_else(|| stretch.town(&run), |(_, town)| *town)
            };
            roads::stretches(&run, segment).into_iter().map(|stretch| (stretch, town(&stretch))).collect()
        }
    };
    let segments = 0..area.network.segments.len() as u32;
    let by_segment: Vec<Vec<(RoadStretch, Option<TownId>)>> =
        segments.into_par_iter().with_min_len(256).map(SegmentId).map(of_segment).collect();
    let mut first = vec![0];
    by_segment.iter().for_each(|stretches| first.push(first[first.len() - 1] + stretches.len() as u32));
    let built_up = places.built_up.par_iter().map(|(judged, range)| {
        let points: Vec<LatticePoint> = points[range.clone()].iter().map(|point| point.lattice).collect();
        sites::built_up(&run, judged, &points)
    });
    let built_up = built_up.collect();
    FollowedAnswer { villages, points, stretches: by_segment.concat(), first, built_up, searched }
}

/// Where every place is served from; found once for each set of segments.
fn find_accesses(
    access: &PlaceAccess,
    places: &Places,
    placed: &mut Vec<ServedPlaces>,
    usable: &Arc<UsableSegments>,
) -> Arc<Vec<RoadAccess>> {
    if let Some(known) = placed.iter().find(|placed| Arc::ptr_eq(&placed.usable, usable)) {
        return known.access.clone();
    }
    let found = places.at.par_iter().map(|at| access.find_access(*at, usable)).collect();
    placed.push(ServedPlaces { usable: usable.clone(), access: Arc::new(found) });
    placed[placed.len() - 1].access.clone()
}
