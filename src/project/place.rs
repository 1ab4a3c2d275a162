//! Where tables lie: their coordinate systems, and shifted degrees told by how well they fit the roads.

use fireplan_model::layers::LayerId;
use fireplan_model::plane;
use fireplan_model::rows::Label;
use fireplan_read::survey::fitting_systems;
use gdal::spatial_ref::SpatialRef;
use geo::{Coord, CoordsIter, Geometry, MapCoords, Rect};

use crate::column_map::sample_rows;
use crate::coordinates::Placement;
use crate::inventory::{FoundExtract, FoundTable};
use crate::questions::{DoorQuestion, Inquiry, SKIP, choice, skip_choice};
use crate::road_fit::{RoadFit, Shift};

/// What lies farther from the rest than this is another place.
const FAR_DEG: f64 = 2.0;

pub(crate) fn all_coords(geometries: &[Geometry]) -> Vec<Coord> {
    geometries.iter().flat_map(CoordsIter::coords_iter).collect()
}

pub(crate) fn to_lonlat(geometries: &[Geometry], definition: &str) -> Vec<Geometry> {
    let mut coords = all_coords(geometries);
    match definition {
        "GCJ-02" => plane::gcj02_to_lonlat(&mut coords),
        "BD-09" => plane::bd09_to_lonlat(&mut coords),
        _ if plane::to_lonlat_from(definition, &mut coords).is_ok() => {}
        _ => return Vec::new(),
    }
    let next = std::cell::Cell::new(0);
    let take = |old: Coord| coords.get(next.replace(next.get() + 1)).copied().unwrap_or(old);
    geometries.iter().map(|geometry| geometry.map_coords(take)).collect()
}

fn is_geographic(definition: &str) -> bool {
    SpatialRef::from_definition(definition).is_ok_and(|crs| crs.is_geographic())
}

/// A table that is to be placed.
pub(crate) struct PlacedTable<'a> {
    pub found: &'a FoundTable,
    pub layer: LayerId,
    pub place: Placement,
}

/// Finds the system of every table: what files say, what their numbers allow, how they fit the roads; asks for the rest.
pub(crate) fn settle_places(
    tables: &mut [PlacedTable],
    extracts: &[FoundExtract],
    inquiry: &mut Inquiry,
) -> Option<Rect> {
    let known: Vec<Rect> = extracts.iter().filter_map(|found| found.extract.extent).collect();
    for table in tables.iter_mut() {
        settle_said(table);
    }
    // A zone number in the eastings needs no neighbour.
    for table in tables.iter_mut().filter(|table| is_open(table) && !table.place.is_in_degrees()) {
        settle_metres(table, None);
    }
    let mut near = find_area(tables, &known);
    // Once one is placed, the zone of another follows: those that fit one system only go first.
    for _ in 0..2 {
        for table in tables.iter_mut().filter(|table| is_open(table) && !table.place.is_in_degrees()) {
            settle_metres(table, near);
        }
        near = near.or_else(|| find_area(tables, &known));
    }
    for table in tables.iter_mut().filter(|table| is_open(table) && !table.place.is_in_degrees()) {
        ask_metres(table, near, inquiry);
    }
    for table in tables.iter_mut().filter(|table| is_open(table) && table.layer == LayerId::Roads) {
        settle_plain_degrees(table, inquiry);
    }
    let lines = |layer: LayerId| -> Vec<Geometry> {
        tables.iter().filter(|table| table.layer == layer).flat_map(|table| table.place.lonlat.clone()).collect()
    };
    let of_extracts = || -> Vec<Geometry> {
        extracts.iter().flat_map(|found| &found.extract.roads).map(|road| Geometry::LineString(road.clone())).collect()
    };
    let roads = RoadFit::new(&lines(LayerId::Roads))
        .or_else(|| RoadFit::new(&of_extracts()))
        .or_else(|| RoadFit::new(&lines(LayerId::RoadAreas)));
    for table in tables.iter_mut().filter(|table| table.layer != LayerId::Roads) {
        settle_degrees(table, roads.as_ref(), inquiry);
    }
    let near = near.or_else(|| find_area(tables, &known));
    for table in tables.iter_mut() {
        ask_far(table, near, inquiry);
    }
    near
}

fn is_open(table: &PlacedTable) -> bool {
    !table.place.geometries.is_empty() && table.place.lonlat.is_empty() && table.place.left_out.is_none()
}

fn settle_said(table: &mut PlacedTable) {
    let place = &mut table.place;
    if let Some(crs) = place.crs.clone() {
        place.set_system(&crs);
        return;
    }
    let Some(said) = place.said.clone() else { return };
    let geographic = is_geographic(&said);
    if geographic != place.is_in_degrees() {
        place.evidence.push(Label::new(
            "文件注明的坐标系与坐标数值不符，未采信",
            "the coordinates are not of the kind that the file says: not believed",
        ));
        return;
    }
    place.is_weak = geographic;
    place.lonlat = to_lonlat(&place.geometries, &said);
}

fn settle_metres(table: &mut PlacedTable, near: Option<Rect>) {
    let Some(extent) = table.place.extent else { return };
    let fitting = fitting_systems(extent, near);
    if let [only] = fitting.as_slice() {
        let why = if extent.min().x > 1e7 {
            let zone = (extent.center().x / 1e6) as u32;
            Label::new(
                format!("横坐标带号 {zone}，只符合 {only}"),
                format!("zone {zone} in its eastings: only {only} fits"),
            )
        } else {
            Label::new(
                format!("与其他数据同处时只符合 {only}"),
                format!("only {only} brings it to where the other data are"),
            )
        };
        table.place.evidence.push(why);
        table.place.set_system(only);
    }
}

fn ask_metres(table: &mut PlacedTable, near: Option<Rect>, inquiry: &mut Inquiry) {
    let Some(extent) = table.place.extent else { return };
    let mut fitting = fitting_systems(extent, near);
    if fitting.is_empty() {
        fitting = fitting_systems(extent, None);
    }
    let Coord { x, y } = extent.center();
    let evidence = vec![Label::new(
        format!("文件没有写明坐标系，坐标在 x {x:.0}、y {y:.0} 一带"),
        format!("the file names no system; its coordinates are around x {x:.0}, y {y:.0}"),
    )];
    let mut choices: Vec<_> = fitting.iter().map(|code| choice(code, name_system(code), name_system(code))).collect();
    choices.push(skip_choice());
    answer_system(table, evidence, choices, inquiry);
}

/// What a coordinate system is called; its code, where it has no name.
pub fn name_system(code: &str) -> String {
    SpatialRef::from_definition(code).ok().and_then(|crs| crs.name()).unwrap_or_else(|| code.to_owned())
}

fn degree_choices() -> Vec<crate::questions::AnswerChoice> {
    vec![
        choice("EPSG:4490", "CGCS2000 或 WGS 84 经纬度(测绘、GPS、OSM)", "CGCS2000 or WGS 84 (surveys, GPS, OSM)"),
        choice("GCJ-02", "GCJ-02(高德、腾讯地图取的点)", "GCJ-02 (taken from Amap or Tencent)"),
        choice("BD-09", "BD-09(百度地图取的点)", "BD-09 (taken from Baidu)"),
        skip_choice(),
    ]
}

fn answer_system(
    table: &mut PlacedTable,
    evidence: Vec<Label>,
    choices: Vec<crate::questions::AnswerChoice>,
    inquiry: &mut Inquiry,
) {
    let id = &table.found.id;
    let question = DoorQuestion {
        id: format!("crs/{id}"),
        source: id.clone(),
        ask: Label::new(format!("“{id}”是什么坐标系？"), format!("in which coordinate system is '{id}'?")),
        evidence,
        choices,
        sample: sample_rows(table.found, |_| true),
        answer: None,
    };
    match inquiry.ask(question).as_deref() {
        Some(SKIP) => table.place.left_out = Some(Label::new("按回答不采用", "left out as answered")),
        Some(code) => {
            let code = code.to_owned();
            table.place.evidence.push(Label::new("坐标系按回答", "its system as answered"));
            table.place.set_system(&code);
        }
        None => {
            table.place.is_asked = true;
            table.place.left_out = Some(Label::new("坐标系待回答", "its coordinate system is asked for"));
        }
    }
}

/// Roads in degrees have nothing to be held against.
fn settle_plain_degrees(table: &mut PlacedTable, inquiry: &mut Inquiry) {
    let evidence = vec![Label::new("坐标是经纬度，文件没有写明坐标系", "degrees, and the file names no system")];
    answer_system(table, evidence, degree_choices(), inquiry);
}

/// Degrees without a name, or by a name that exports of web maps bear, too: held against the roads.
fn settle_degrees(table: &mut PlacedTable, roads: Option<&RoadFit>, inquiry: &mut Inquiry) {
    let open = is_open(table) && table.place.is_in_degrees();
    let doubtful = table.place.is_weak && table.place.crs.is_none();
    if !(open || doubtful) {
        return;
    }
    let plain = to_lonlat(&table.place.geometries, "EPSG:4490");
    // The shift of web maps is that of one country.
    let abroad = plane::gcj02_shift(all_coords(&plain).first().copied().unwrap_or_default()) == Coord::default();
    if abroad {
        if open {
            table.place.evidence.push(Label::new("境外的经纬度，不偏移", "degrees abroad are not shifted"));
            table.place.set_system("EPSG:4326");
        }
        return;
    }
    let fit = roads
        .and_then(|roads| roads.judge(table.layer, &plain, !open, |shift| to_lonlat(&table.place.geometries, shift)));
    match fit {
        Some((Shift::None, why)) => {
            table.place.evidence.push(why);
            if open {
                table.place.set_system("EPSG:4490");
            }
        }
        Some((shift, why)) if open => {
            table.place.evidence.push(why);
            table.place.set_system(shift.code());
        }
        // The file says otherwise: it may be that whoever exported it did not know.
        Some((_, why)) => {
            let said = Label::new("文件注明的是未偏移的经纬度", "the file says that its degrees are not shifted");
            table.place.lonlat = Vec::new();
            answer_system(table, vec![why, said], degree_choices(), inquiry);
        }
        None if open => {
            let evidence = vec![
                Label::new("坐标是经纬度，文件没有写明坐标系", "degrees, and the file names no system"),
                Label::new(
                    "与道路的远近不足以判断是否偏移",
                    "how it lies to the roads does not tell whether it is shifted",
                ),
            ];
            answer_system(table, evidence, degree_choices(), inquiry);
        }
        None => {}
    }
}

/// Where most of the data lie.
fn find_area(tables: &[PlacedTable], known: &[Rect]) -> Option<Rect> {
    if let [only] = known {
        return Some(*only);
    }
    let of_tables = tables.iter().filter_map(|table| Some((table.place.lonlat_extent()?, table.place.lonlat.len())));
    let extents: Vec<(Rect, usize)> =
        known.iter().map(|extent| (*extent, usize::MAX / 1_000)).chain(of_tables).collect();
    // Most sources lie there, and of as many sources most features.
    let beside = |one: &Rect| {
        let near = extents.iter().filter(|(other, _)| is_near(*one, *other));
        near.fold((0_usize, 0_usize), |(sources, features), (_, more)| (sources + 1, features.saturating_add(*more)))
    };
    let (middle, _) = extents.iter().max_by_key(|(one, _)| beside(one))?;
    let together = extents.iter().map(|(other, _)| other).filter(|other| is_near(*middle, **other));
    together.copied().reduce(|a, b| {
        let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
        Rect::new(low, Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) })
    })
}

fn is_near(a: Rect, b: Rect) -> bool {
    a.min().x - FAR_DEG <= b.max().x
        && b.min().x - FAR_DEG <= a.max().x
        && a.min().y - FAR_DEG <= b.max().y
        && b.min().y - FAR_DEG <= a.max().y
}

fn ask_far(table: &mut PlacedTable, near: Option<Rect>, inquiry: &mut Inquiry) {
    let (Some(near), Some(extent)) = (near, table.place.lonlat_extent()) else { return };
    if is_near(near, extent) {
        return;
    }
    let id = &table.found.id;
    let place = |at: Coord| format!("{:.3}, {:.3}", at.x, at.y);
    let (here, there) = (place(extent.center()), place(near.center()));
    let question = DoorQuestion {
        id: format!("far/{id}"),
        source: id.clone(),
        ask: Label::new(
            format!("“{id}”离其他数据很远，仍要采用吗？"),
            format!("'{id}' lies far from the other data: use it all the same?"),
        ),
        evidence: vec![Label::new(
            format!("它在 {here}，其他数据在 {there} 一带"),
            format!("it lies at {here}, the other data around {there}"),
        )],
        choices: vec![skip_choice(), choice("use", "采用(坐标系如有误请先改正)", "use it")],
        sample: sample_rows(table.found, |_| true),
        answer: None,
    };
    if inquiry.ask(question).as_deref() != Some("use") {
        table.place.left_out = Some(Label::new("离其他数据很远，未采用", "far from the other data: not used"));
    }
}
