//! Stands: where a station stands or could, and which sites may be used at all.

use geo::Point;
use rayon::prelude::*;

use super::Siting;
use super::case::SiteId;
use super::legal::{Examined, Examiner, SiteStanding};
use super::sites::Site;
use crate::analysis::Context;
use crate::response::places::FRAGMENT_M;
use crate::response::reach::Start;
use fireplan_model::area::StudyArea;
use fireplan_model::ids::ComponentId;
use fireplan_model::layers::{LayerId, Station, StationKind};
use fireplan_model::notes::{Notes, Severity};
use fireplan_model::rows::{Label, Row};
use fireplan_model::scenario::planned_id;

/// A station that stands or could.
pub(super) struct Stand {
    pub start: Start,
    pub kind: StationKind,
    /// The site it would stand on; `None` where it stands already.
    pub site: Option<SiteId>,
    /// Cost in 10,000 yuan; 0 for a station that stands.
    pub cost_wan_yuan: f64,
}

/// A site and what the clauses say of it.
pub(super) struct Examinee {
    pub site: Site,
    pub examined: Examined,
    /// Why no crew could leave from there, if so.
    pub off_road: Option<Label>,
}

impl Examinee {
    pub(super) fn is_eligible(&self) -> bool {
        self.examined.standing != SiteStanding::Refused && self.off_road.is_none()
    }
}

/// The part of the network that a crew starts on; `None` for paths and closed roads.
pub(super) fn component(area: &StudyArea, start: &Start) -> Option<ComponentId> {
    area.network[start.position.segment].component
}

/// The crews that leave from the stations of the area; none where the area has no station.
pub(super) fn existing(question: &Siting, context: &Context, notes: &mut Notes) -> Vec<Start> {
    if context.area.layers.stations.is_empty() {
        let text = match context.area.has(LayerId::Stations) {
            true => "现状没有消防站，从零开始布局 | No station stands today",
            false => {
                "没有消防站图层，现状队站不详：方案只计新建站，现状覆盖待核 | There is no layer of stations: the plan counts new ones only, and what is covered today is not known"
            }
        };
        notes.add(Severity::Info, Some(LayerId::Stations), text, "");
        return Vec::new();
    }
    question.dispatch().starts(context.area, context.rules, notes).unwrap_or_default()
}

/// The stand of a crew that leaves from a station of the area.
pub(super) fn standing(area: &StudyArea, start: Start) -> Stand {
    let kind = area.layers.stations[start.origin.index()].kind;
    Stand { start, kind, site: None, cost_wan_yuan: 0.0 }
}

/// Every site held against the clauses, for the most modest of the kinds.
pub(super) fn examine(question: &Siting, context: &Context, sites: Vec<Site>) -> Vec<Examinee> {
    let examiner = Examiner::new(question, context);
    let land = |kind: &StationKind| {
        let row = context.rules.site.land_m2.iter().find(|row| row.kind == *kind);
        row.map_or(0.0, |row| row.limit.value)
    };
    let modest = question.kinds.iter().copied().min_by(|a, b| land(a).total_cmp(&land(b)));
    let kind = modest.unwrap_or(StationKind::Small);
    sites
        .into_par_iter()
        .map(|site| {
            let mut examined = examiner.examine(&site, kind);
            if question.forbids(&site) {
                examined.standing = SiteStanding::Refused;
                examined.reason = Label::new("按参数排除", "excluded as asked");
            }
            Examinee { site, examined, off_road: None }
        })
        .collect()
}

/// A stand for every kind of station on every fit site. Each is placed as a station would be, so that a plan gives the
/// same times once it is built.
pub(super) fn options(
    question: &Siting,
    context: &Context,
    sites: &mut [Examinee],
    components: &[Option<ComponentId>],
) -> Vec<Stand> {
    let area = context.area;
    let mut imagined = StudyArea { notes: Vec::new(), ..area.clone() };
    imagined.layers.stations.clear();
    let mut meant = Vec::new();
    for (id, examinee) in SiteId::first(sites.len()).zip(&*sites).filter(|(_, examinee)| examinee.is_eligible()) {
        for kind in &question.kinds {
            imagined.layers.stations.push(station(question, &examinee.site, *kind));
            meant.push((id, *kind));
        }
    }
    let mut unused_notes = Notes::default();
    let starts = question.dispatch().starts(&imagined, context.rules, &mut unused_notes).unwrap_or_default();
    let mut able = vec![false; sites.len()];
    let mut stands = Vec::new();
    for start in starts {
        let (site, kind) = meant[start.origin.index()];
        if is_fragment(area, &start, components) {
            continue;
        }
        able[site.index()] = true;
        let cost_wan_yuan = context.rules.station_cost_wan_yuan(kind).unwrap_or(0.0);
        stands.push(Stand { start, kind, site: Some(site), cost_wan_yuan });
    }
    for (examinee, able) in sites.iter_mut().zip(able) {
        if examinee.examined.standing != SiteStanding::Refused && !able {
            examinee.off_road =
                Some(Label::new("附近没有与路网连通的可通行道路", "no usable road of the network near it"));
        }
    }
    stands
}

/// A yard or a map fragment from which no station serves anybody yet.
fn is_fragment(area: &StudyArea, start: &Start, components: &[Option<ComponentId>]) -> bool {
    let component = component(area, start);
    component.is_some_and(|component| area.network.component_m[component.index()] < FRAGMENT_M)
        && !components.contains(&component)
}

/// A new station of which only the kind is decided.
pub(super) fn station(question: &Siting, site: &Site, kind: StationKind) -> Station {
    let blank = Station::blank(Point(site.at)).expect("a station can be without any fact");
    let source_id = planned_id(&site.name);
    Station { name: site.name.clone(), kind, vehicle_class: Some(question.vehicle), source_id, ..blank }
}
