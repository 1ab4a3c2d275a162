//! Where a station could stand: the plots of the candidate layer, and places generated along main roads.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, Point};

use super::Siting;
use super::frontages::Frontage;
use crate::analysis::Context;
use crate::towns::TownIndex;
use fireplan_model::area::StudyArea;
use fireplan_model::codes;
use fireplan_model::findings::code_of_place;
use fireplan_model::ids::TownId;
use fireplan_model::layers::Road;
use fireplan_model::names;

codes! {
    /// Where candidate sites come from.
    pub enum SiteSource default Both {
        /// 候选地块图层 | The candidate layer
        Plots = "plots",
        /// 沿主要道路生成 | Generated along main roads
        Roads = "roads",
        /// 两者 | Both
        Both = "both",
    }
}

/// A place where a station could stand.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// How parameters and tables call it: the source id of a plot, or `P` and the place in tens of metres.
    pub id: String,
    pub name: String,
    pub at: Coord,
    /// Known of plots only.
    pub area_m2: Option<f64>,
    /// How far the garage doors can stand back from the road; known of some plots only.
    pub setback_m: Option<f64>,
    pub land_use: String,
    /// A plot of the candidate layer, as against a generated place.
    pub is_plot: bool,
    /// Index into the towns layer.
    pub town: Option<TownId>,
}

/// The sites in the order of the candidate layer, then along the roads in the order of the network.
pub(super) fn sites(question: &Siting, context: &Context, towns: &TownIndex) -> Vec<Site> {
    let mut sites = Vec::new();
    if question.sites != SiteSource::Roads {
        sites.extend(plots(context.area, towns));
    }
    if question.sites != SiteSource::Plots {
        let taken: Vec<Coord> = sites.iter().map(|site: &Site| site.at).collect();
        sites.extend(along_roads(question, context.area, towns, &taken));
    }
    tell_apart(context.area, &mut sites);
    sites
}

/// A site that is called like another, or like a station, gets its id behind its name: plans name stations by them.
fn tell_apart(area: &StudyArea, sites: &mut [Site]) {
    let mut taken: BTreeSet<String> = area.layers.stations.iter().map(|station| station.name.clone()).collect();
    for site in sites {
        if !taken.insert(site.name.clone()) {
            site.name = format!("{} {}", site.name, site.id);
            taken.insert(site.name.clone());
        }
    }
}

fn plots(area: &StudyArea, towns: &TownIndex) -> Vec<Site> {
    let plot = |(number, plot): (usize, &fireplan_model::layers::Candidate)| {
        let numbered = || format!("#{}", number + 1);
        let id = if plot.source_id.is_empty() { numbered() } else { plot.source_id.clone() };
        Site {
            name: if plot.name.is_empty() { id.clone() } else { plot.name.clone() },
            id,
            at: plot.geometry.0,
            area_m2: plot.area_m2,
            setback_m: plot.setback_m,
            land_use: plot.land_use.clone(),
            is_plot: true,
            town: towns.at(plot.geometry.0),
        }
    };
    area.layers.candidates.iter().enumerate().map(plot).collect()
}

/// Places on frontage roads no two of which are nearer than the spacing, nor near one that is there already.
fn along_roads(question: &Siting, area: &StudyArea, towns: &TownIndex, taken: &[Coord]) -> Vec<Site> {
    let mut thinned = Thinned::new(question.spacing_m);
    taken.iter().for_each(|at| {
        thinned.take(*at);
    });
    let mut sites = Vec::new();
    for stretch in Frontage::all(area) {
        let road = stretch.road;
        if !is_frontage(question, road) {
            continue;
        }
        // The middle of short stretches and regular places of long ones: where exactly matters less than the spacing.
        let places = (stretch.length_m / question.spacing_m).ceil().max(1.0) as usize;
        for place in 0..places {
            let at = stretch.point_at(stretch.length_m * (place as f64 + 0.5) / places as f64);
            if geo::Contains::contains(&area.boundary, &Point(at)) && thinned.take(at) {
                let id = format!("P{}", code_of_place(at));
                let town = towns.at(at);
                sites.push(Site {
                    name: name(area, road, town, &id),
                    id,
                    at,
                    area_m2: None,
                    setback_m: None,
                    land_use: String::new(),
                    is_plot: false,
                    town,
                });
            }
        }
    }
    sites
}

/// Main roads on which a station may front; not on bridges and in tunnels.
fn is_frontage(question: &Siting, road: &Road) -> bool {
    question.frontage.contains(&road.class) && !road.bridge && !road.tunnel
}

/// `石门·青石大道旁 P1234-0567`, or by the class of a road without name.
fn name(area: &StudyArea, road: &Road, town: Option<TownId>, id: &str) -> String {
    let town = town.map_or("", |town| area.layers.towns[town.index()].name.as_str());
    let road = if road.name.is_empty() { road.class.label().zh } else { road.name.clone() };
    let dot = if town.is_empty() { "" } else { "·" };
    format!("{}{dot}{road}旁 {id}", names::stem(town))
}

/// Places no two of which are nearer than a distance: by cells of that size.
struct Thinned {
    spacing_m: f64,
    cells: BTreeMap<(i64, i64), Vec<Coord>>,
}

impl Thinned {
    fn new(spacing_m: f64) -> Self {
        Self { spacing_m, cells: BTreeMap::new() }
    }

    /// Whether nothing is near, in which case the place is taken.
    fn take(&mut self, at: Coord) -> bool {
        let cell = |metres: f64| (metres / self.spacing_m).floor() as i64;
        let (column, row) = (cell(at.x), cell(at.y));
        let around = (column - 1..=column + 1).flat_map(|column| (row - 1..=row + 1).map(move |row| (column, row)));
        let near = |other: &Coord| (at.x - other.x).hypot(at.y - other.y) < self.spacing_m;
        if around.filter_map(|cell| self.cells.get(&cell)).flatten().any(near) {
            return false;
        }
        self.cells.entry((column, row)).or_default().push(at);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_places_are_nearer_than_the_spacing() {
        let mut thinned = Thinned::new(100.0);
        let at = |x: f64, y: f64| Coord { x, y };
        assert!(thinned.take(at(0.0, 0.0)));
        assert!(!thinned.take(at(-99.0, 0.0)), "in the neighbouring cell");
        assert!(!thinned.take(at(70.0, 70.0)), "99 m away");
        assert!(thinned.take(at(71.0, 71.0)), "100.4 m away");
        assert!(thinned.take(at(0.0, -100.0)), "exactly the spacing");
    }
}
