//! Ids for what a source gives none.

use std::collections::BTreeMap;

use geo::Geometry;

use fireplan_model::digest::hex_digest;

/// Ids for the features of a source without any: from where they are, so that a row more or less above leaves them what they
/// are. Features at the very same place are told apart by their order.
#[derive(Default)]
pub(crate) struct ContentIds(BTreeMap<String, u32>);

impl ContentIds {
    /// `roads.geojson#3fa09c21`, of a feature that is named by its row, as in `roads.geojson#739`.
    pub(crate) fn id_of(&mut self, row: &str, geometry: Option<&Geometry>) -> String {
        let Some(geometry) = geometry else { return row.to_owned() };
        let file = row.rsplit_once('#').map_or(row, |(file, _)| file);
        let places = geo::CoordsIter::coords_iter(geometry).map(|at| format!("{:.1},{:.1};", at.x, at.y));
        let digest = hex_digest(places.collect::<String>().as_bytes());
        let id = format!("{file}#{}", &digest[..10]);
        let count = self.0.entry(id.clone()).or_default();
        *count += 1;
        if *count == 1 { id } else { format!("{id}-{count}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Point;

    #[test]
    fn ids_from_content_do_not_hang_on_the_order_of_rows() {
        let at = |x: f64| Geometry::Point(Point::new(x, 1.0));
        let (mut first, mut second) = (ContentIds::default(), ContentIds::default());
        let own = first.id_of("a.geojson#1", Some(&at(5.0)));
        second.id_of("a.geojson#1", Some(&at(4.0)));
        assert_eq!(second.id_of("a.geojson#2", Some(&at(5.0))), own);
        assert!(own.starts_with("a.geojson#") && own.len() == "a.geojson#".len() + 10);
        assert_eq!(second.id_of("a.geojson#3", Some(&at(5.0))), format!("{own}-2"), "a twin has an id of its own");
        assert_ne!(second.id_of("a.geojson#4", Some(&at(5.2))), own);
    }
}
