//! In which coordinate system a source is, and from there to longitude and latitude. Never guessed: where it is not
//! known, the error suggests what would fit.

use std::cell::Cell;

use anyhow::{Context, Result, bail};
use gdal::spatial_ref::SpatialRef;
use geo::{BoundingRect, Coord, CoordsIter, Geometry, MapCoordsInPlace, Rect};
use rayon::prelude::*;

use super::strays::{self, CoordUnit};
use super::table::SourceTable;
use fireplan_model::method_constants;
use fireplan_model::notes::NoteCase;
use fireplan_model::plane;
use fireplan_model::rows::Label;

method_constants! {
    /// 与其他图层、其他要素相距超过此经纬度的数据，或一条边长过此值的要素，不予采用 | A source or feature farther than this from all others, or with an edge longer than this, is left out
    pub(crate) const FAR_DEG: f64 = 2.0,
        because "约二百公里，大于任何县的跨度；更远必是坐标系或坐标有误 | Some 200 km, more than any county: what lies farther has wrong coordinates";
}

/// What was done to bring a table to longitude and latitude.
pub(super) struct CrsUsed {
    /// For the report: the system, and how it was known.
    pub crs: String,
    /// A datum other than those of today, whose shift is only known approximately.
    pub old_datum: bool,
    /// Rows left out because a vertex of theirs cannot be where it is.
    pub strays: Vec<NoteCase>,
    /// Rows left out because they lie wholly far from where the area is known to be.
    pub far: Vec<NoteCase>,
}

/// Brings all geometries of the table to longitude and latitude. `near`: where the area is, as far as known by now.
pub(super) fn to_lonlat(table: &mut SourceTable, declared: Option<&str>, near: Option<Rect>) -> Result<CrsUsed> {
    let unit = |definition: &str| {
        let web_map = ["GCJ", "BD"].iter().any(|name| definition.to_ascii_uppercase().starts_with(name));
        let crs = SpatialRef::from_definition(definition).ok();
        let degrees = web_map || crs.as_ref().is_some_and(SpatialRef::is_geographic);
        (degrees || crs.is_some()).then_some(if degrees { CoordUnit::Degrees } else { CoordUnit::Metres })
    };
    let named = declared.or(table.crs.as_ref().map(|crs| crs.definition.as_str()));
    let strays = strays::leave_out(table, named.and_then(unit));
    let mut coords: Vec<Coord> = table.geometries().flat_map(CoordsIter::coords_iter).collect();
    let extent = middle_extent(&coords);
    let (definition, said) = match (declared, &table.crs) {
        (Some(declared), _) => (declared.to_owned(), format!("{declared}，area.toml 指定 (declared)")),
        (None, Some(crs)) => {
            let name = if crs.definition.starts_with("EPSG:") { crs.definition.as_str() } else { "WKT" };
            (crs.definition.clone(), format!("{} ({name})，文件所载 (from the file)", crs.name))
        }
        (None, None) if coords.is_empty() => {
            return Ok(CrsUsed { crs: "–".to_owned(), old_datum: false, strays, far: Vec::new() });
        }
        (None, None) => {
            let (file, advice) = (&table.file, advice(extent, near));
            bail!(
                "{file} 没有写明坐标系；{} | {file} does not say in which coordinate system it is; {}",
                advice.zh,
                advice.en
            )
        }
    };
    let gcj02 = ["GCJ-02", "GCJ02"].iter().any(|name| definition.eq_ignore_ascii_case(name));
    let bd09 = ["BD-09", "BD09"].iter().any(|name| definition.eq_ignore_ascii_case(name));
    check_fit(table, &definition, gcj02 || bd09, extent, near)?;
    if gcj02 {
        plane::gcj02_to_lonlat(&mut coords);
    } else if bd09 {
        plane::bd09_to_lonlat(&mut coords);
    } else {
        let chunks = coords.par_chunks_mut(16_384);
        chunks.map(|chunk| plane::to_lonlat_from(&definition, chunk)).collect::<Result<Vec<()>>>().with_context(
            || {
                let file = &table.file;
                format!("{file} 的坐标系 {definition} | {file}: coordinate system {definition}")
            },
        )?;
    }
    table.replace_coords(&coords);
    let far = strays::leave_out_far(table, near);
    let old_datum = ["Beijing", "Xian", "1954", "1980"].iter().any(|word| said.contains(word));
    Ok(CrsUsed { crs: said, old_datum, strays, far })
}

impl SourceTable {
    fn geometries(&self) -> impl Iterator<Item = &Geometry> {
        self.features.iter().filter_map(|feature| feature.geometry.as_ref())
    }

    /// Gives the vertices of all geometries these coordinates, in order.
    pub(super) fn replace_coords(&mut self, coords: &[Coord]) {
        let next = Cell::new(0);
        for geometry in self.features.iter_mut().filter_map(|feature| feature.geometry.as_mut()) {
            geometry.map_coords_in_place(|old| coords.get(next.replace(next.get() + 1)).copied().unwrap_or(old));
        }
    }

    pub(super) fn coords(&self) -> Vec<Coord> {
        self.geometries().flat_map(CoordsIter::coords_iter).collect()
    }
}

/// The box around the middle 98 % of the coordinates: a stray zero does not blow it up.
pub(super) fn middle_extent(coords: &[Coord]) -> Option<Rect> {
    let finite: Vec<Coord> = coords.iter().copied().filter(|c| c.x.is_finite() && c.y.is_finite()).collect();
    let range = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        let cut = values.len() / 100;
        Some((*values.get(cut)?, *values.get(values.len().checked_sub(1 + cut)?)?))
    };
    let (west, east) = range(finite.iter().map(|c| c.x).collect())?;
    let (south, north) = range(finite.iter().map(|c| c.y).collect())?;
    Some(Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north }))
}

/// Refuses a coordinate system that the coordinates contradict.
fn check_fit(
    table: &SourceTable,
    definition: &str,
    web_map: bool,
    extent: Option<Rect>,
    near: Option<Rect>,
) -> Result<()> {
    let Some(extent) = extent else { return Ok(()) };
    let degrees = web_map
        || SpatialRef::from_definition(definition)
            .with_context(|| {
                let file = &table.file;
                format!("{file}：不认识坐标系“{definition}” | {file}: unknown coordinate system '{definition}'")
            })?
            .is_geographic();
    if degrees && !looks_like_degrees(extent) && is_in_china(swapped(extent)) {
        return refuse_swapped(&table.file);
    }
    if degrees && !looks_like_degrees(extent) {
        let (file, advice) = (&table.file, advice(Some(extent), near));
        bail!(
            "{file} 应为 {definition}，但坐标不是度；{} | \
             {file} should be in {definition}, but its coordinates are no degrees; {}",
            advice.zh,
            advice.en
        );
    }
    if !degrees && looks_like_degrees(extent) {
        let (file, advice) = (&table.file, advice(Some(extent), near));
        bail!(
            "{file} 应为 {definition}，但坐标是度；{} | \
             {file} should be in {definition}, but its coordinates are degrees; {}",
            advice.zh,
            advice.en
        );
    }
    check_place(table, definition, degrees, extent, near)
}

/// Refuses coordinates that lie where nothing else does: axes swapped, a zone number too many or missing.
fn check_place(table: &SourceTable, definition: &str, degrees: bool, extent: Rect, near: Option<Rect>) -> Result<()> {
    let swapped = swapped(extent);
    let file = &table.file;
    if degrees {
        let right = near.map_or_else(|| !is_polar(extent), |near| comes_near(extent, near));
        let right_if_swapped = near.map_or_else(|| is_in_china(swapped), |near| comes_near(swapped, near));
        if !right && right_if_swapped {
            return refuse_swapped(file);
        }
        let advice = Label::new("如坐标无误，请用 crs 写明坐标系", "if its coordinates are right, write its `crs`");
        return if right { Ok(()) } else { far_away(file, definition, extent.center(), near, &advice) };
    }
    let mut corners = [extent.min(), extent.max()];
    let converted = plane::to_lonlat_from(definition, &mut corners).is_ok()
        && corners.iter().all(|at| at.x.abs() <= 180.0 && at.y.abs() <= 90.0);
    let placed = Rect::new(corners[0], corners[1]);
    if converted && near.is_none_or(|near| comes_near(placed, near)) {
        return Ok(());
    }
    let advice = zone_advice(definition, extent, near);
    if converted {
        return far_away(file, definition, placed.center(), near, &advice);
    }
    let Coord { x, y } = extent.center();
    bail!(
        "{file} 的坐标(x {x:.0}, y {y:.0})不可能属于 {definition}，带号与坐标不符：{} | \
         the coordinates of {file} (around {x:.0}, {y:.0}) cannot be in {definition}: {}",
        advice.zh,
        advice.en
    )
}

/// The system that differs from the definition only by the zone number in its coordinates, if the coordinates fit it.
fn other_spelling(definition: &str, extent: Rect, near: Option<Rect>) -> Option<String> {
    let code: u32 = definition.strip_prefix("EPSG:")?.parse().ok()?;
    let other = match code {
        4513..=4533 => code + 21,
        4534..=4554 => code - 21,
        4491..=4501 => code + 11,
        4502..=4512 => code - 11,
        _ => return None,
    };
    let other = format!("EPSG:{other}");
    fitting_systems(extent, near).contains(&other).then_some(other)
}

fn zone_advice(definition: &str, extent: Rect, near: Option<Rect>) -> Label {
    other_spelling(definition, extent, near).map_or_else(|| advice(Some(extent), near), |only| fits_only(&only))
}

fn swapped(extent: Rect) -> Rect {
    let swap = |at: Coord| Coord { x: at.y, y: at.x };
    Rect::new(swap(extent.min()), swap(extent.max()))
}

fn refuse_swapped(file: &str) -> Result<()> {
    bail!(
        "{file} 的经度与纬度颠倒了：请对调 x 与 y 两列(或几何的坐标顺序) | \
         the longitudes and latitudes of {file} are swapped: exchange its x and y"
    )
}

fn far_away(file: &str, definition: &str, at: Coord, near: Option<Rect>, advice: &Label) -> Result<()> {
    let place = |at: Coord| format!("{:.3}, {:.3}", at.x, at.y);
    let others = near.map_or_else(|| "–".to_owned(), |near| place(near.center()));
    let at = place(at);
    bail!(
        "{file} 按 {definition} 读出的坐标({at})远离其他图层({others})：请核对坐标系、带号和坐标顺序；{} | \
         {file} read as {definition} lies at {at}, far from the other layers at {others}; {}",
        advice.zh,
        advice.en
    )
}

/// Does the box come within some degrees of the other?
fn comes_near(extent: Rect, near: Rect) -> bool {
    let reach = Coord { x: FAR_DEG, y: FAR_DEG };
    let around = Rect::new(near.min() - reach, near.max() + reach);
    around.min().x <= extent.max().x
        && extent.min().x <= around.max().x
        && around.min().y <= extent.max().y
        && extent.min().y <= around.max().y
}

/// In the far north, where western China comes to lie with its axes swapped.
fn is_polar(extent: Rect) -> bool {
    extent.min().y > 72.0 && extent.max().x < 55.0
}

fn is_in_china(extent: Rect) -> bool {
    extent.min().x >= 73.0 && extent.max().x <= 136.0 && extent.min().y >= 3.0 && extent.max().y <= 54.0
}

fn looks_like_degrees(extent: Rect) -> bool {
    extent.min().x >= -180.0 && extent.max().x <= 180.0 && extent.min().y >= -90.0 && extent.max().y <= 90.0
}

/// What to write in area.toml, judging by the coordinates.
fn advice(extent: Option<Rect>, near: Option<Rect>) -> Label {
    let Some(extent) = extent else { return Label::new("请写明 crs", "write its `crs`") };
    let fitting = fitting_systems(extent, near);
    match fitting.as_slice() {
        [] => {
            let Coord { x, y } = extent.center();
            Label::new(
                format!("国内常用的坐标系都不符合其坐标({x:.3}, {y:.3} 一带)，请查明并写明 crs"),
                format!(
                    "no system in use in China fits its coordinates (around {x:.3}, {y:.3}): find out and write its `crs`"
                ),
            )
        }
        [only] if only == "EPSG:4490" => Label::new(
            "其坐标是度：请写 crs = \"EPSG:4490\"；若取自高德、腾讯等网络地图，请写 crs = \"GCJ-02\"",
            "its coordinates are degrees: write crs = \"EPSG:4490\", or crs = \"GCJ-02\" if they were taken from a web map \
             such as Amap or Tencent",
        ),
        [only] => fits_only(only),
        several => Label::new(
            format!("其坐标符合 {}，请查明是哪一个并写明 crs", several.join("、")),
            format!("its coordinates would fit {}; find out which and write it as `crs`", several.join(" or ")),
        ),
    }
}

fn fits_only(only: &str) -> Label {
    Label::new(
        format!("坐标符合 {only}，如属实请写 crs = \"{only}\""),
        format!("its coordinates would fit {only}; if that is right write crs = \"{only}\""),
    )
}

/// The coordinate systems used in China in which this box lies where it may: near the area, or else in its zone.
pub(super) fn fitting_systems(extent: Rect, near: Option<Rect>) -> Vec<String> {
    if looks_like_degrees(extent) {
        let swapped = extent.min().y > 60.0 && extent.max().x < 60.0;
        return if swapped { Vec::new() } else { vec!["EPSG:4490".to_owned()] };
    }
    // 3-degree zones with and without zone number, 6-degree zones likewise.
    let zones = (4513..=4533).map(|code| (code, 75 + (code - 4513) * 3, 1.6));
    let zones = zones.chain((4534..=4554).map(|code| (code, 75 + (code - 4534) * 3, 1.6)));
    let zones = zones.chain((4491..=4501).map(|code| (code, 75 + (code - 4491) * 6, 3.2)));
    let zones = zones.chain((4502..=4512).map(|code| (code, 75 + (code - 4502) * 6, 3.2)));
    let fits = |&(code, meridian, half_width): &(u32, u32, f64)| {
        let mut middle = [extent.center()];
        let placed = plane::to_lonlat_from(&format!("EPSG:{code}"), &mut middle).is_ok();
        let Coord { x, y } = middle[0];
        let in_zone = (x - f64::from(meridian)).abs() <= half_width && (3.0..=54.0).contains(&y);
        placed && in_zone && near.is_none_or(|near| is_near(middle[0], near))
    };
    zones.filter(fits).map(|(code, ..)| format!("EPSG:{code}")).collect()
}

/// Within half a degree of the box?
fn is_near(at: Coord, near: Rect) -> bool {
    const REACH_DEG: f64 = 0.5;
    let x = (near.min().x - REACH_DEG..=near.max().x + REACH_DEG).contains(&at.x);
    x && (near.min().y - REACH_DEG..=near.max().y + REACH_DEG).contains(&at.y)
}

/// The smallest box around both.
pub(super) fn join(a: Option<Rect>, b: Option<Rect>) -> Option<Rect> {
    match (a, b) {
        (Some(a), Some(b)) => geo::MultiPoint::from(vec![a.min(), a.max(), b.min(), b.max()]).bounding_rect(),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(x: f64, y: f64, size: f64) -> Rect {
        Rect::new(Coord { x, y }, Coord { x: x + size, y: y + size })
    }

    #[test]
    fn a_zone_number_in_the_easting_tells_the_system() {
        let near = Some(around(112.5, 35.3, 0.5));
        assert_eq!(fitting_systems(around(38_390_000.0, 3_930_000.0, 20_000.0), near), ["EPSG:4526"]);
        assert_eq!(fitting_systems(around(38_390_000.0, 3_930_000.0, 20_000.0), None), ["EPSG:4526"]);
        assert_eq!(fitting_systems(around(19_660_000.0, 3_930_000.0, 20_000.0), near), ["EPSG:4497"]);
    }

    #[test]
    fn without_a_zone_number_the_place_of_the_area_decides() {
        let box_ = around(390_000.0, 3_930_000.0, 20_000.0);
        assert_eq!(fitting_systems(box_, Some(around(112.5, 35.3, 0.5))), ["EPSG:4547"]);
        assert!(fitting_systems(box_, None).len() > 10);
    }

    #[test]
    fn a_zone_number_too_many_names_the_system_without() {
        let at = around(500_000.0, 3_870_000.0, 20_000.0);
        assert_eq!(other_spelling("EPSG:4526", at, None).as_deref(), Some("EPSG:4547"));
        let numbered = around(38_500_000.0, 3_870_000.0, 20_000.0);
        assert_eq!(other_spelling("EPSG:4547", numbered, None).as_deref(), Some("EPSG:4526"));
        assert_eq!(other_spelling("EPSG:4526", numbered, None), None);
    }

    #[test]
    fn swapped_and_far_places_are_told_from_right_ones() {
        let near = around(79.9, 37.0, 0.5);
        assert!(comes_near(around(80.2, 37.3, 0.1), near));
        assert!(!comes_near(around(37.1, 79.9, 0.1), near));
        assert!(is_polar(around(37.1, 79.9, 0.1)) && is_in_china(around(79.9, 37.1, 0.1)));
        assert!(!is_polar(around(9.5, 47.1, 0.2)));
    }

    #[test]
    fn stray_zeros_do_not_blow_up_the_extent() {
        let mut coords = vec![Coord { x: 112.5, y: 35.3 }; 200];
        coords.push(Coord { x: 0.0, y: 0.0 });
        coords.push(Coord { x: f64::NAN, y: 0.0 });
        assert_eq!(middle_extent(&coords).unwrap().width(), 0.0);
    }
}
