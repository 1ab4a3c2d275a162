//! What the clauses say of each site: a site that breaks a "shall" is refused, with its reason.
//!
//! Distances are measured from the site's point. Where the plot's area is known, its edge may be nearer by half the side
//! of a square of that area: a distance that the edge could miss is 待核, not a pass. How far a garage can stand back from
//! the road hangs on the plot's shape: where it is not stated, that is 待核.

use geo::{BoundingRect, Coord, Distance, Euclidean, Geometry, Point, Rect};

use super::Siting;
use super::sites::Site;
use crate::analysis::Context;
use crate::response::places::is_open_water;
use crate::town_rules::TownRules;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::findings::{Check, Verdict};
use fireplan_model::ids::SegmentId;
use fireplan_model::layers::{LayerId, StationKind};
use fireplan_model::method_constants;
use fireplan_model::rows::Label;
use fireplan_model::rules::{FactEstimate, Limit, Rules};

codes! {
    /// Whether a station may stand on a site.
    pub enum SiteStanding order best_first {
        /// 可用 | Fit
        Fit = "fit",
        /// 可用，有待核项 | Fit, facts missing
        #[undetermined]
        Open = "open",
        /// 可用，有警告 | Fit, with a warning
        Warned = "warned",
        /// 不予采用 | Refused
        Refused = "refused",
    }
}

/// A site held against every clause that concerns it.
pub(super) struct Examined {
    pub standing: SiteStanding,
    pub checks: Vec<Check>,
    /// The clauses that it does not meet, in words; empty if it meets all.
    pub reason: Label,
}

/// A thing of which distances are kept: its box, its shape and its name.
type Thing<'a> = (Rect, &'a Geometry, &'a str);

/// The things that sites are held against.
pub(super) struct Examiner<'a> {
    question: &'a Siting,
    area: &'a StudyArea,
    local: TownRules<'a>,
    towns: TownIndex<'a>,
    crowded: Vec<Thing<'a>>,
    hazards: Vec<Thing<'a>>,
    waters: Vec<Thing<'a>>,
}

impl<'a> Examiner<'a> {
    pub(super) fn new(question: &'a Siting, context: &Context<'a>) -> Self {
        let (area, rules) = (context.area, context.rules);
        let boxed = |geometry: &'a Geometry, name: &'a str| Some((geometry.bounding_rect()?, geometry, name));
        let crowded = area.layers.crowded_places.iter();
        let hazards = area.layers.hazards.iter();
        let waters = area.layers.water_sources.iter().filter(|water| is_open_water(water));
        Self {
            question,
            area,
            local: TownRules::new(rules, area),
            towns: TownIndex::new(area),
            crowded: crowded.filter_map(|place| boxed(&place.geometry, &place.name)).collect(),
            hazards: hazards.filter_map(|hazard| boxed(&hazard.geometry, &hazard.name)).collect(),
            waters: waters.filter_map(|water| boxed(&water.geometry, &water.name)).collect(),
        }
    }

    /// Everything the clauses say of a station of this kind on the site.
    pub(super) fn examine(&self, site: &Site, kind: StationKind) -> Examined {
        let all = self.local.at(&self.towns, site.at);
        let rules = &all.site;
        let edge_m = site.area_m2.map_or(0.0, |area_m2| area_m2.sqrt() / 2.0);
        let mut checks = Vec::new();
        if self.area.has(LayerId::CrowdedPlaces) {
            let near = nearest(&self.crowded, site.at);
            checks.push(clear(&rules.exit_m, site, edge_m, near));
        }
        if self.area.has(LayerId::Hazards) {
            let near = nearest(&self.hazards, site.at);
            checks.push(clear(&rules.hazard_m, site, edge_m, near));
            checks.push(clear(&rules.hazard_far_m, site, edge_m, near));
        }
        checks.push(match self.frontage(site) {
            Some((frontage_m, road)) => said(rules.frontage_m.check(&site.name, Some(frontage_m)), &road),
            None => nowhere(&rules.frontage_m, site, ("没有主要道路", "there is no main road"), Verdict::Fail),
        });
        checks.push(setback(&rules.setback_m, site));
        checks.push(self.slope(all, site));
        if self.area.has(LayerId::WaterSources) {
            checks.push(clear(&rules.water_m, site, 0.0, nearest(&self.waters, site.at)));
        }
        if let Some(land) = rules.land_m2.iter().find(|land| land.kind == kind) {
            checks.push(land.limit.check(&site.name, site.area_m2));
        }
        judged(checks)
    }

    /// The slope of the ground, which nobody measured: the elevation model gives it, and decides beyond its error only.
    fn slope(&self, rules: &Rules, site: &Site) -> Check {
        let limit = &rules.site.slope_percent;
        let Some(value) = slope_percent(self.area, site.at) else { return limit.check(&site.name, None) };
        let error = rules.passing.slope_error_percent.value;
        let within = [(value - error).max(0.0), value + error];
        let source = Label::new("高程", "the elevation model");
        limit.check_estimate(&site.name, &FactEstimate { value, within, source })
    }

    /// How far the centre line of the nearest main road is, and its name.
    fn frontage(&self, site: &Site) -> Option<(f64, String)> {
        let network = &self.area.network;
        let road = |segment: SegmentId| &self.area.layers.roads[network[segment].road.index()];
        let is_main = |segment: SegmentId| self.question.frontage.contains(&road(segment).class);
        let position = network.nearest(site.at, f64::INFINITY, is_main, |_| true)?;
        Some((position.distance_m, road(position.segment).name.clone()))
    }
}

/// Where the setback is not stated, the area of the plot tells only what a square one would allow: 待核 in any case.
fn setback(limit: &Limit, site: &Site) -> Check {
    let check = limit.check(&site.name, site.setback_m);
    let Some(area_m2) = site.area_m2.filter(|_| site.setback_m.is_none()) else { return check };
    let depth_m = area_m2.sqrt();
    let (bound, cite) = (limit.bound(), limit.provenance.cite_label());
    let text = Label::new(
        format!("{}：地块形状不明，按方形折算进深 {depth_m:.0} m，待核；要求 {bound}（{}）", site.name, cite.zh),
        format!(
            "{}: the shape of the plot is not known, a square one is {depth_m:.0} m deep; required {bound} ({})",
            site.name, cite.en
        ),
    );
    Check { measured: Some((depth_m * 10.0).round() / 10.0), text, ..check }
}

/// The check of a distance where the whole area has nothing of this kind to keep away from.
fn nowhere(limit: &Limit, site: &Site, (zh, en): (&str, &str), verdict: Verdict) -> Check {
    let (bound, cite) = (limit.bound(), limit.provenance.cite_label());
    let text = Label::new(
        format!("{}：区内{zh}；要求 {bound}（{}）", site.name, cite.zh),
        format!("{}: {en} in the area; required {bound} ({})", site.name, cite.en),
    );
    Check { verdict, text, ..limit.check(&site.name, None) }
}

/// A distance that has to be kept from the nearest of some things. `None`: there is none.
fn clear(limit: &Limit, site: &Site, edge_m: f64, near: Option<(f64, &str)>) -> Check {
    let Some((distance_m, name)) = near else {
        return nowhere(limit, site, ("没有此类对象", "there is nothing of the kind"), Verdict::Pass);
    };
    let at_the_edge_m = distance_m - edge_m;
    let doubtful = limit.op.holds(distance_m, limit.value) && !limit.op.holds(at_the_edge_m, limit.value);
    if !doubtful {
        return said(limit.check(&site.name, Some(distance_m)), name);
    }
    let (bound, cite) = (limit.bound(), limit.provenance.cite_label());
    Check {
        measured: Some(distance_m),
        text: Label::new(
            format!(
                "{}：{name}距站址中心 {distance_m:.0} m，用地边界可能不足，待核；要求 {bound}（{}）",
                site.name, cite.zh
            ),
            format!(
                "{}: {name} is {distance_m:.0} m from the centre of the site, its edge may be too near; required {bound} ({})",
                site.name, cite.en
            ),
        ),
        ..limit.check(&site.name, None)
    }
}

/// Adds the name of the thing that was measured to.
fn said(mut check: Check, name: &str) -> Check {
    if !name.is_empty() {
        check.text = Label::new(format!("{}：{name}", check.text.zh), format!("{}: {name}", check.text.en));
    }
    check
}

fn nearest<'a>(things: &[Thing<'a>], at: Coord) -> Option<(f64, &'a str)> {
    let to_box_m = |rect: &Rect| {
        let (x, y) = ((rect.min().x - at.x).max(at.x - rect.max().x), (rect.min().y - at.y).max(at.y - rect.max().y));
        x.max(0.0).hypot(y.max(0.0))
    };
    let mut nearest: Option<(f64, &str)> = None;
    for (rect, geometry, name) in things {
        // The distance to a shape is measured only if its box is no farther than the nearest thing so far.
        if nearest.is_none_or(|(distance_m, _)| to_box_m(rect) <= distance_m) {
            let new = (Euclidean.distance(&Geometry::Point(Point(at)), *geometry), *name);
            if nearest.is_none_or(|known| new.0.total_cmp(&known.0).then(new.1.cmp(known.1)).is_lt()) {
                nearest = Some(new);
            }
        }
    }
    nearest
}

method_constants! {
    /// 站址坡度向四周量取的距离 | Distance to each side over which the slope of a site is taken
    const SLOPE_REACH_M: f64 = 30.0,
        because "与 30 米高程模型的格网一致，不量到格间噪声 | A cell of a 30 m elevation model, so that its noise is not measured";
}

/// Steepest slope over the square that reaches [`SLOPE_REACH_M`] to every side of the place.
fn slope_percent(area: &StudyArea, at: Coord) -> Option<f64> {
    let height = |dx: f64, dy: f64| area.elevation.as_ref()?.interpolate(at + Coord { x: dx, y: dy });
    let (east, west) = (height(SLOPE_REACH_M, 0.0)?, height(-SLOPE_REACH_M, 0.0)?);
    let (north, south) = (height(0.0, SLOPE_REACH_M)?, height(0.0, -SLOPE_REACH_M)?);
    let percent = (east - west).hypot(north - south) / (2.0 * SLOPE_REACH_M) * 100.0;
    Some((percent * 10.0).round() / 10.0)
}

fn judged(checks: Vec<Check>) -> Examined {
    let has = |verdict: Verdict| checks.iter().any(|check| check.verdict == verdict);
    let standing = match () {
        () if has(Verdict::Fail) => SiteStanding::Refused,
        () if has(Verdict::Warn) => SiteStanding::Warned,
        () if has(Verdict::Undetermined) => SiteStanding::Open,
        () => SiteStanding::Fit,
    };
    // The reason names only what decides; what merely warns is in the list of checks.
    let worst = match standing {
        SiteStanding::Refused => Verdict::Fail,
        SiteStanding::Warned => Verdict::Warn,
        _ => Verdict::Undetermined,
    };
    let told: Vec<&Check> = checks.iter().filter(|check| check.verdict == worst).collect();
    let join = |part: fn(&Label) -> &str, between: &str| {
        // The subject stands before the first colon and is the site itself.
        let without_subject = |check: &&Check| {
            let text = part(&check.text);
            text.split_once(['：', ':']).map_or(text, |(_, rest)| rest.trim_start()).to_owned()
        };
        told.iter().map(without_subject).collect::<Vec<_>>().join(between)
    };
    let reason = Label::new(join(|label| &label.zh, "；"), join(|label| &label.en, "; "));
    Examined { standing, checks, reason }
}
