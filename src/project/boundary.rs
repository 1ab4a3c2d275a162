//! Which unit of a map of counties is the area: the one in which the other data lie.

use fireplan_model::rows::Label;
use geo::{Contains, Coord, Geometry, Point};

use crate::column_map::sample_rows;
use crate::headings::plain_heading;
use crate::place::{PlacedTable, all_coords};
use crate::questions::{DoorQuestion, Inquiry, choice};
use fireplan_model::layers::LayerId;

/// The unit with this share of the other data is the area.
const MOST: f64 = 0.6;

/// The unit that is the area.
#[derive(Debug, Default)]
pub(crate) struct ChosenUnit {
    pub filter: Option<String>,
    pub name: Option<String>,
    pub evidence: Vec<Label>,
}

/// The unit that holds the other data; asked where none does. `None`: not answered yet.
pub(crate) fn choose_unit(table: &PlacedTable, all: &[PlacedTable], inquiry: &mut Inquiry) -> Option<ChosenUnit> {
    let found = table.found;
    let column = name_column(table);
    let name_of = |at: usize| {
        let name = found.table.rows.get(at)?.values.get(column?)?.clone()?;
        Some(name.trim().to_owned())
    };
    if table.place.lonlat.len() <= 1 {
        return Some(ChosenUnit { name: name_of(0), ..ChosenUnit::default() });
    }
    let Some(column) = column.map(|at| &found.table.columns[at]) else { return Some(ChosenUnit::default()) };
    let others: Vec<Coord> = all
        .iter()
        .filter(|other| other.layer != LayerId::Boundary && other.found.id != found.id)
        .flat_map(|other| sample(&all_coords(&other.place.lonlat)))
        .collect();
    let inside = |shape: &Geometry| match shape {
        Geometry::Polygon(shape) => others.iter().filter(|at| shape.contains(&Point(**at))).count(),
        Geometry::MultiPolygon(shape) => others.iter().filter(|at| shape.contains(&Point(**at))).count(),
        _ => 0,
    };
    let mut counts: Vec<(usize, usize)> =
        table.place.lonlat.iter().enumerate().map(|(at, shape)| (inside(shape), at)).collect();
    counts.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let filter = |name: &str| Some(format!("\"{column}\" = '{}'", name.replace('\'', "''")));
    let share = |count: usize| if others.is_empty() { 0.0 } else { count as f64 / others.len() as f64 };
    let (most, at) = counts[0];
    if let Some(name) = name_of(at).filter(|_| share(most) >= MOST) {
        let why = Label::new(
            format!("其他数据的 {:.0}% 在“{name}”内", share(most) * 100.0),
            format!("{:.0} % of the other data lie in '{name}'", share(most) * 100.0),
        );
        return Some(ChosenUnit { filter: filter(&name), name: Some(name), evidence: vec![why] });
    }
    let names = || counts.iter().filter_map(|(_, at)| name_of(*at));
    let mut choices: Vec<_> = names().map(|name| choice(&name, &name, &name)).collect();
    choices.dedup();
    choices.push(choice("all", "全部", "all of them"));
    let id = &found.id;
    let answer = inquiry.ask(DoorQuestion {
        id: format!("unit-of-area/{id}"),
        source: id.clone(),
        ask: Label::new(format!("规划范围是“{id}”中的哪一个？"), format!("which unit of '{id}' is the area?")),
        evidence: vec![Label::new(
            format!("其他数据最多只有 {:.0}% 在同一个单元内", share(most) * 100.0),
            format!("no unit holds more than {:.0} % of the other data", share(most) * 100.0),
        )],
        choices,
        sample: sample_rows(found, |_| true),
        answer: None,
    })?;
    if answer == "all" {
        return Some(ChosenUnit::default());
    }
    let evidence = vec![Label::new("规划范围按回答", "the area as answered")];
    Some(ChosenUnit { filter: filter(&answer), name: Some(answer), evidence })
}

/// The column with the names of the units.
fn name_column(table: &PlacedTable) -> Option<usize> {
    const NAMES: [&str; 11] =
        ["名称", "name", "xzqmc", "县名", "区县", "县区", "区县名称", "namechn", "xmc", "mc", "行政区名称"];
    let plain: Vec<String> = table.found.table.columns.iter().map(|heading| plain_heading(heading)).collect();
    NAMES.iter().find_map(|name| plain.iter().position(|heading| heading == name))
}

fn sample(coords: &[Coord]) -> Vec<Coord> {
    const EACH: usize = 200;
    coords.iter().copied().step_by(coords.len().div_ceil(EACH).max(1)).collect()
}
