//! The tags that are kept of an extract.

/// The tags that say something to us, sorted.
pub(crate) const KEYS: &[&str] = &[
    "abandoned",
    "access",
    "admin_level",
    "amenity",
    "area",
    "area:highway",
    "barrier",
    "bollard",
    "boundary",
    "bridge",
    "building",
    "building:levels",
    "closed",
    "construction",
    "content",
    "couplings",
    "couplings:diameters",
    "couplings:type",
    "covered",
    "cutline",
    "demolished",
    "destroyed",
    "disused",
    "disused:emergency",
    "emergency",
    "end_date",
    "est_width",
    "except",
    "expressway",
    "fire_hydrant:couplings",
    "fire_hydrant:couplings:diameters",
    "fire_hydrant:couplings:type",
    "fire_hydrant:couplings_size",
    "fire_hydrant:couplings_type",
    "fire_hydrant:diameter",
    "fire_hydrant:flow_capacity",
    "fire_hydrant:flow_rate",
    "fire_hydrant:position",
    "fire_hydrant:pressure",
    "fire_hydrant:type",
    "fire_hydrant:water_source",
    "fire_station:type",
    "flow_rate",
    "ford",
    "height",
    "highway",
    "ice_road",
    "impassable",
    "incline",
    "industrial",
    "intermittent",
    "junction",
    "landuse",
    "layer",
    "leaf_type",
    "leisure",
    "location",
    "locked",
    "man_made",
    "maxaxleload",
    "maxaxleload:backward",
    "maxaxleload:conditional",
    "maxaxleload:forward",
    "maxaxleload:hgv",
    "maxaxleload:lanes",
    "maxgcweight",
    "maxgcweightrating",
    "maxheight",
    "maxheight:backward",
    "maxheight:conditional",
    "maxheight:forward",
    "maxheight:hgv",
    "maxheight:lanes",
    "maxheight:physical",
    "maxweight",
    "maxweight:backward",
    "maxweight:conditional",
    "maxweight:emergency",
    "maxweight:forward",
    "maxweight:hgv",
    "maxweight:hgv:conditional",
    "maxweight:lanes",
    "maxweightrating",
    "maxweightrating:conditional",
    "maxweightrating:hgv",
    "maxweightrating:hgv:conditional",
    "maxwidth",
    "maxwidth:backward",
    "maxwidth:conditional",
    "maxwidth:forward",
    "maxwidth:hgv",
    "maxwidth:lanes",
    "maxwidth:physical",
    "motor_vehicle",
    "motorroad",
    "name",
    "name:zh",
    "natural",
    "oneway",
    "oneway:conditional",
    "oneway:emergency",
    "oneway:motor_vehicle",
    "oneway:motor_vehicle:conditional",
    "oneway:vehicle",
    "oneway:vehicle:conditional",
    "opening_date",
    "operational_status",
    "operator",
    "operator:type",
    "place",
    "planned",
    "population",
    "pressure",
    "proposed",
    "railway",
    "razed",
    "ref",
    "removed",
    "restriction",
    "restriction:conditional",
    "ruins",
    "service",
    "shop",
    "smoothness",
    "substance",
    "surface",
    "tourism",
    "tracktype",
    "traffic_calming",
    "tunnel",
    "type",
    "vehicle",
    "volume",
    "water",
    "water_source",
    "water_tank:volume",
    "waterway",
    "width",
    "winter_road",
];

/// The tags of one thing, only those of [`KEYS`].
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Tags(Vec<(&'static str, Box<str>)>);

impl Tags {
    /// Keeps the tag if it says something to us.
    pub(super) fn add(&mut self, key: &str, value: &str) {
        if let Ok(at) = KEYS.binary_search(&key) {
            self.0.push((KEYS[at], value.into()));
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| value.as_ref())
    }

    pub(super) fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    pub(super) fn is_any(&self, key: &str, values: &[&str]) -> bool {
        self.get(key).is_some_and(|value| values.contains(&value))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name in the local language, or else in Chinese.
    pub(super) fn name(&self) -> String {
        self.get("name").or_else(|| self.get("name:zh")).unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_for_the_search() {
        assert!(KEYS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
