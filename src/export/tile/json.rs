//! A cut as GeoJSON in longitude and latitude, written straight into bytes.

use geo::Coord;

use crate::tile::attributes::Attributes;
use crate::tile::cut::{TileContent, TilePart};
use crate::tile::level::{GridPoint, repaired, twice_area};
use crate::tile::world::{Kind, to_lonlat};
use crate::tile::{EXTENT, TileId};

const HEAD: &[u8] = br#"{"type":"FeatureCollection","features":["#;
const TAIL: &[u8] = b"]}";

/// The tile as a GeoJSON feature collection in longitude and latitude. Each feature names its layer, as JSON-FG has it.
pub fn encode(name: &str, cut: &TileContent, id: TileId, attributes: &Attributes, full: bool) -> Vec<u8> {
    let head = format!(r#"{{"type":"Feature","featureType":{},"id":"#, serde_json::Value::from(name));
    let mut writer = Writer { out: Vec::with_capacity(1 << 16), head, grid: Degrees::new(id) };
    writer.out.extend_from_slice(HEAD);
    for part in &cut.parts {
        writer.feature(cut, part, attributes, full);
    }
    if writer.out.last() == Some(&b',') {
        writer.out.pop();
    }
    writer.out.extend_from_slice(TAIL);
    writer.out
}

/// One feature collection of those that [`encode`] wrote, in their order.
pub(super) fn join(collections: &[Vec<u8>]) -> Vec<u8> {
    let features = collections.iter().filter_map(|one| one.strip_prefix(HEAD)?.strip_suffix(TAIL));
    let features: Vec<&[u8]> = features.filter(|features| !features.is_empty()).collect();
    [HEAD, &features.join(&b','), TAIL].concat()
}

/// Whole numbers of the smallest written fraction of a degree.
struct Degrees {
    decimals: u32,
    scale: f64,
    units: f64,
    origin: Coord,
}

impl Degrees {
    fn new(id: TileId) -> Self {
        let units = f64::from(EXTENT) * f64::from(1u32 << id.z);
        // As fine as the grid of the tile, no finer.
        let decimals = (units / 360.0).log10().ceil().clamp(4.0, 7.0) as u32;
        let origin = Coord { x: f64::from(id.x) * f64::from(EXTENT), y: f64::from(id.y) * f64::from(EXTENT) };
        Self { decimals, scale: 10f64.powi(decimals as i32), units, origin }
    }

    fn place(&self, place: GridPoint) -> GridPoint {
        let world = Coord {
            x: (self.origin.x + f64::from(place.x)) / self.units,
            y: (self.origin.y + f64::from(place.y)) / self.units,
        };
        let lonlat = to_lonlat(world);
        GridPoint::new((lonlat.x * self.scale).round() as i32, (lonlat.y * self.scale).round() as i32)
    }
}

struct Writer {
    out: Vec<u8>,
    /// What every feature begins with, up to its number.
    head: String,
    grid: Degrees,
}

impl Writer {
    fn feature(&mut self, cut: &TileContent, part: &TilePart, attributes: &Attributes, full: bool) {
        let start = self.out.len();
        self.out.extend_from_slice(self.head.as_bytes());
        self.number(i64::from(part.feature) + 1);
        self.text(r#","properties":{"#);
        for (column, value) in attributes.cells(part.feature, full) {
            self.text(&attributes.name_json[column]);
            self.text(&attributes.value_json[value as usize]);
            self.text(",");
        }
        self.close(b'}');
        self.text(r#","geometry":"#);
        let drawn = match part.kind {
            Kind::Point => self.points(cut, part),
            Kind::Line => self.lines(cut, part),
            Kind::Polygon => self.polygons(cut, part),
        };
        if drawn {
            self.text("},");
        } else {
            self.out.truncate(start);
        }
    }

    fn points(&mut self, cut: &TileContent, part: &TilePart) -> bool {
        let points: Vec<GridPoint> = cut.rings(part).flatten().map(|place| self.grid.place(*place)).collect();
        match points.as_slice() {
            [] => return false,
            [point] => {
                self.text(r#"{"type":"Point","coordinates":"#);
                self.position(*point);
            }
            points => {
                self.text(r#"{"type":"MultiPoint","coordinates":"#);
                self.positions(points);
            }
        }
        self.text("}");
        true
    }

    fn lines(&mut self, cut: &TileContent, part: &TilePart) -> bool {
        let several = part.rings.len() > 1;
        self.text(if several {
            r#"{"type":"MultiLineString","coordinates":["#
        } else {
            r#"{"type":"LineString","coordinates":"#
        });
        let mut places = Vec::new();
        for ring in cut.rings(part) {
            places.clear();
            places.extend(ring.iter().map(|place| self.grid.place(*place)));
            self.positions(&places);
            self.text(",");
        }
        self.out.pop();
        self.text(if several { "]}" } else { "}" });
        true
    }

    /// Degrees are another grid than the tile's, so polygons are made valid on it once more.
    fn polygons(&mut self, cut: &TileContent, part: &TilePart) -> bool {
        let rings: Vec<Vec<GridPoint>> = cut
            .rings(part)
            // Going from y south to y north turns rings round.
            .map(|ring| ring.iter().rev().map(|place| self.grid.place(*place)).collect())
            .collect();
        let rings = repaired(&rings);
        let exteriors = rings.iter().filter(|ring| twice_area(ring) > 0).count();
        if exteriors == 0 {
            return false;
        }
        self.text(if exteriors > 1 {
            r#"{"type":"MultiPolygon","coordinates":["#
        } else {
            r#"{"type":"Polygon","coordinates":"#
        });
        for (at, ring) in rings.iter().enumerate() {
            if twice_area(ring) > 0 {
                if at > 0 {
                    self.close(b']');
                    self.text(",");
                }
                self.text("[");
            }
            let closed: Vec<GridPoint> = ring.iter().chain(ring.first()).copied().collect();
            self.positions(&closed);
            self.text(",");
        }
        self.close(b']');
        self.text(if exteriors > 1 { "]}" } else { "}" });
        true
    }

    fn positions(&mut self, places: &[GridPoint]) {
        self.text("[");
        for place in places {
            self.position(*place);
            self.out.push(b',');
        }
        self.close(b']');
    }

    fn position(&mut self, place: GridPoint) {
        self.out.push(b'[');
        self.fraction(place.x);
        self.out.push(b',');
        self.fraction(place.y);
        self.out.push(b']');
    }

    /// A whole number of the smallest fractions, as a decimal number without needless zeros.
    fn fraction(&mut self, value: i32) {
        let scale = 10u32.pow(self.grid.decimals);
        if value < 0 {
            self.out.push(b'-');
        }
        let (whole, mut rest) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
        self.number(i64::from(whole));
        if rest == 0 {
            return;
        }
        self.out.push(b'.');
        let mut unit = scale / 10;
        while rest > 0 {
            self.out.push(b'0' + (rest / unit) as u8);
            rest %= unit;
            unit /= 10;
        }
    }

    fn number(&mut self, value: i64) {
        let mut digits = [0u8; 20];
        let (mut rest, mut at) = (value.unsigned_abs(), digits.len());
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            self.out.push(b'-');
        }
        self.out.extend_from_slice(&digits[at..]);
    }

    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Ends a list: the comma after its last member becomes the bracket.
    fn close(&mut self, bracket: u8) {
        match self.out.last_mut() {
            Some(last) if *last == b',' => *last = bracket,
            _ => self.out.push(bracket),
        }
    }
}
