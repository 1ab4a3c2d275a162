//! Shares of built-up area within reach of hydrants, by places of a regular lattice that each stand for their part of its area.

use geo::{Area, BoundingRect, Contains, Coord, Distance, Euclidean, InteriorPoint, Point};
use rayon::prelude::*;

use super::Hydrants;
use super::dry_places::DryPlace;
use super::reach::{HoseExit, ReachFinder};
use fireplan_model::ids::{BuiltUpId, TownId};

/// Built-up area within reach, by places of a lattice that each stand for their part of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AreaShares {
    /// All of it.
    pub area_m2: f64,
    /// Area within the radius of one, of two hydrants that certainly work; of one if unknown ones do.
    pub radius: [f64; 3],
    /// The same by hose.
    pub hose: [f64; 3],
    /// People who live at these places; 0 where no raster of people is loaded.
    pub people: f64,
    /// Of these people, those whom no hose from a hydrant that certainly works reaches.
    pub people_without: f64,
}

/// What a place of the lattice stands for.
struct PlaceShare {
    town: Option<TownId>,
    shares: AreaShares,
    /// Where it has people and no water.
    dry: Option<DryPlace>,
}

impl AreaShares {
    pub(super) fn add(&mut self, other: &Self) {
        self.area_m2 += other.area_m2;
        for at in 0..3 {
            self.radius[at] += other.radius[at];
            self.hose[at] += other.hose[at];
        }
        self.people += other.people;
        self.people_without += other.people_without;
    }
}

impl ReachFinder<'_> {
    /// Shares of every built-up area, town by town, and the places of it without water.
    pub(super) fn areas(&self, question: &Hydrants) -> (Vec<(Option<TownId>, AreaShares)>, Vec<DryPlace>) {
        let built_up = self.run.scope.included.par_iter();
        let parts: Vec<PlaceShare> =
            built_up.flat_map_iter(|built_up| self.area(*built_up, question.lattice_m)).collect();
        let (mut areas, mut dry) = (Vec::with_capacity(parts.len()), Vec::new());
        for part in parts {
            areas.push((part.town, part.shares));
            dry.extend(part.dry);
        }
        (areas, dry)
    }

    fn area(&self, built_up: BuiltUpId, lattice_m: f64) -> Vec<PlaceShare> {
        let shape = &self.run.area.layers.built_up[built_up.index()].geometry;
        let Some(rect) = shape.bounding_rect() else { return Vec::new() };
        let count = |length: f64| (length / lattice_m).ceil().max(1.0) as u32;
        let (columns, rows) = (count(rect.width()), count(rect.height()));
        let mut places = Vec::new();
        for at in 0..columns * rows {
            let (column, row) = (at % columns, at / columns);
            let place = Coord {
                x: rect.min().x + (f64::from(column) + 0.5) * rect.width() / f64::from(columns),
                y: rect.min().y + (f64::from(row) + 0.5) * rect.height() / f64::from(rows),
            };
            if shape.contains(&place) {
                places.push(place);
            }
        }
        // An area between all places of the lattice is judged at one point inside.
        if places.is_empty() {
            places.extend(shape.interior_point().map(|inside| inside.0));
        }
        let place_m2 = shape.unsigned_area() / places.len() as f64;
        places.into_iter().map(|place| self.shares_at(place, place_m2)).collect()
    }

    fn shares_at(&self, place: Coord, place_m2: f64) -> PlaceShare {
        let access: Vec<HoseExit> = self.access_of(place, |at| Euclidean.distance(&Point(at), &Point(place)));
        let [certain, hopeful] = [&self.certain, &self.hopeful].map(|field| self.nearest(field, &access));
        let radius = self.in_radius(place, 0.0, |at| Euclidean.distance(&at, &Point(place)));
        let flags = |one: bool, two: bool, hopeful: bool| [one, two, hopeful].map(|is| if is { place_m2 } else { 0.0 });
        let people = self.run.area.population.as_ref().map_or(0.0, |grid| {
            let column = ((place.x - grid.origin.x) / grid.cell_m).floor();
            let row = ((grid.origin.y - place.y) / grid.cell_m).floor();
            let inside = column >= 0.0 && row >= 0.0 && (column as usize) < grid.columns && (row as usize) < grid.rows;
            let in_cell = inside.then(|| grid.value(column as usize, row as usize)).flatten().unwrap_or(0.0);
            in_cell * place_m2 / (grid.cell_m * grid.cell_m)
        });
        let shares = AreaShares {
            area_m2: place_m2,
            radius: flags(radius[0] > 0, radius[0] > 1, radius[1] > 0),
            hose: flags(certain[0].is_some(), certain[1].is_some(), hopeful[0].is_some()),
            people,
            people_without: if certain[0].is_some() { 0.0 } else { people },
        };
        let dry = (certain[0].is_none() && people > 0.0).then(|| {
            let (street, planned) = (self.street_of(&access), self.is_planned(&access));
            DryPlace { street, people, access, planned }
        });
        PlaceShare { town: self.run.towns.at(place), shares, dry }
    }
}
