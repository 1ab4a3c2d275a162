//! Residents that a plain sum over the villages would count twice.

use std::collections::BTreeMap;

use geo::{Contains, Distance, Euclidean};

use crate::layers::{Layers, Village};

/// Places with people that are part of a larger one with people: in each town, all beside the seat that bears the
/// town's name; elsewhere, the parts of a city or town that are mapped as such.
pub fn counted_twice(layers: &Layers) -> Vec<(&str, &str)> {
    let Layers { towns, villages, .. } = layers;
    let counted: Vec<&Village> = villages.iter().filter(|village| village.population_people.is_some()).collect();
    let mut twice: BTreeMap<&str, &str> = BTreeMap::new();
    for town in towns {
        let inside: Vec<&&Village> = counted.iter().filter(|place| town.geometry.contains(&place.geometry)).collect();
        let Some(seat) = inside.iter().find(|place| same_place(&place.name, &town.name)) else { continue };
        for part in inside.iter().filter(|part| part.population_people < seat.population_people) {
            twice.insert(&part.name, &seat.name);
        }
    }
    for part in counted.iter().filter(|place| matches!(&*place.kind, "suburb" | "quarter" | "neighbourhood")) {
        let whole = counted.iter().filter(|whole| {
            matches!(&*whole.kind, "city" | "town" | "village") && whole.population_people > part.population_people
        });
        let distance = |whole: &Village| Euclidean.distance(whole.geometry, part.geometry);
        let nearest = whole.min_by(|a, b| distance(a).total_cmp(&distance(b)));
        if let Some(whole) = nearest {
            twice.entry(&part.name).or_insert(&whole.name);
        }
    }
    twice.into_iter().collect()
}

/// 和谦 and 和谦镇 are one place.
fn same_place(place: &str, town: &str) -> bool {
    !place.is_empty()
        && (place == town || ["镇", "乡", "街道"].iter().any(|rank| town.strip_suffix(rank) == Some(place)))
}

#[cfg(test)]
mod tests {
    use geo::{Point, polygon};

    use super::*;
    use crate::layers::Town;
    use crate::rows::Row;

    fn town(name: &str) -> Town {
        let square = polygon![(x: 0.0, y: 0.0), (x: 9.0, y: 0.0), (x: 9.0, y: 9.0), (x: 0.0, y: 9.0)];
        Town { name: name.to_owned(), ..Town::blank(square).unwrap() }
    }

    fn village(name: &str, kind: &str, at: f64, people: u32) -> Village {
        let place = Village::blank(Point::new(at, at)).unwrap();
        Village { name: name.to_owned(), kind: kind.to_owned(), population_people: Some(people), ..place }
    }

    fn settled(towns: Vec<Town>, villages: &[Village]) -> Layers {
        Layers { towns, villages: villages.to_vec(), ..Layers::default() }
    }

    #[test]
    fn places_inside_the_seat_of_their_town_count_twice() {
        let villages = [village("和谦", "village", 4.0, 900), village("东坪", "village", 5.0, 200)];
        assert_eq!(counted_twice(&settled(vec![town("和谦镇")], &villages)), [("东坪", "和谦")]);
        assert_eq!(counted_twice(&settled(vec![town("满月镇")], &villages)), []);
        let parts = [village("城", "city", 4.0, 900), village("东区", "suburb", 50.0, 200)];
        assert_eq!(counted_twice(&settled(Vec::new(), &parts)), [("东区", "城")]);
    }
}
