//! The quantity columns of one table: separators, unit and plausibility judged for the column as a whole.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::number::{Separators, plain_text, split_number};
use super::unit::{Target, units_of_title};
use super::{measure, pipe, tidy};
use fireplan_model::layers::LayerId;
use fireplan_model::notes::{NoteCase, NoteKind, Notes};
use fireplan_model::plausible::{Plausible, plausible};
use fireplan_model::rows::Label;
use fireplan_model::rows::{Column, ValueKind};

/// Units that a table states apart from its headings.
#[derive(Debug, Clone, Default)]
pub(crate) struct StatedUnits {
    /// In a title, for all columns.
    titles: Vec<String>,
    /// In a row of units below the headings, by heading.
    below: BTreeMap<String, String>,
}

impl StatedUnits {
    /// Takes up what a title says: `单位：公顷`.
    pub(crate) fn hear_title(&mut self, title: &str) {
        self.titles.extend(units_of_title(title));
    }

    /// Takes up the cell below a heading in a row of units.
    pub(crate) fn hear_below(&mut self, heading: &str, unit: &str) {
        self.below.insert(heading.to_owned(), unit.trim_matches(['(', ')', '（', '）', ' ']).to_owned());
    }

    /// The unit below the heading; else the one of the titles' that measures what the column does.
    fn scale(&self, target: Target, heading: &str) -> Option<f64> {
        let in_titles = || {
            let mut scales = self.titles.iter().filter_map(|unit| target.scale(unit));
            scales.next().filter(|first| scales.all(|other| other == *first))
        };
        self.below.get(heading).and_then(|unit| target.scale(unit)).or_else(in_titles)
    }
}

/// What area.toml and the table say of the quantities of a source.
#[derive(Clone, Copy)]
pub(crate) struct Declared<'a> {
    /// Our column → the unit of its numbers.
    pub units: &'a BTreeMap<String, String>,
    /// The columns in which zero was measured.
    pub zero_counts: &'a [String],
    /// Of a joined table: what is said of the units of its layer, for columns whose headings name none.
    pub beside: Option<&'a BTreeMap<String, String>>,
    /// What the table states apart from its headings.
    pub stated: &'a StatedUnits,
}

/// A cell of the source: under which of the column's headings, its text, and whether the file says that it is a number.
#[derive(Clone, Copy)]
pub(crate) struct SourceCell<'a> {
    pub heading: usize,
    pub text: &'a str,
    pub numeric: bool,
}

/// The quantity columns of one table.
pub(crate) struct Columns {
    layer: LayerId,
    columns: BTreeMap<&'static str, QuantityColumn>,
}

struct QuantityColumn {
    column: &'static str,
    target: Target,
    whole: bool,
    separators: Separators,
    headings: Vec<String>,
    /// What a number without unit counts by, of each heading.
    bare: Vec<f64>,
    /// Of each heading, the unit that it names and that measures something else.
    foreign: Vec<Option<String>>,
    range: Option<&'static Plausible>,
    zero_counts: bool,
    /// area.toml or a heading says in which unit the numbers are.
    has_unit: bool,
    /// The units in which the column as a whole would be plausible, where it is not as it stands.
    rather: Option<String>,
    /// A number of nines that stands for "not known".
    placeholder: Option<f64>,
}

impl Columns {
    /// `headings` and `cells` give what the table has for one of our columns.
    pub(crate) fn new<'t>(
        layer: LayerId,
        ours: &[Column],
        declared: Declared,
        headings: impl Fn(&str) -> Vec<String>,
        cells: impl Fn(&str) -> Vec<SourceCell<'t>>,
    ) -> Result<Self> {
        let is_number = |column: &&Column| matches!(column.kind, ValueKind::Int | ValueKind::Float);
        for name in declared.units.keys().chain(declared.zero_counts) {
            if !ours.iter().filter(is_number).any(|column| column.name == name) {
                let known: Vec<&str> = ours.iter().filter(is_number).map(|column| column.name).collect();
                let known = known.join("、");
                bail!(
                    "units 或 zero_counts 所列的 {name} 不是本图层的数量字段；可用的有 {known} | \
                     `{name}` under units or zero_counts is no quantity of this layer, which has {known}"
                );
            }
        }
        let mut columns = BTreeMap::new();
        for column in ours.iter().filter(is_number) {
            let headings = headings(column.name);
            let mut read = QuantityColumn::new(layer, column, headings, declared)?;
            let cells = cells(column.name);
            let numbers: Vec<String> =
                cells.iter().filter(|cell| !cell.numeric).map(|cell| plain_text(cell.text)).collect();
            read.separators = Separators::of(numbers.iter().filter_map(|text| Some(split_number(text)?.0)));
            read.rather = read.other_unit(&cells);
            read.placeholder = find_placeholder(&cells);
            columns.insert(column.name, read);
        }
        Ok(Self { layer, columns })
    }

    /// How many cells are read as they stand, how many are a zero that may stand for "not measured", and the units in which
    /// the column would be plausible where it is not as it stands; `None`: it is no quantity.
    pub(crate) fn judge(&self, column: &str, cells: &[SourceCell]) -> Option<(usize, usize, Vec<String>)> {
        let known = self.columns.get(column)?;
        let read = cells.iter().map(|cell| known.read(*cell));
        let (mut fine, mut zeros) = (0, 0);
        for result in read {
            fine += usize::from(result.is_ok());
            zeros += usize::from(result == Err(Doubt::Zero));
        }
        let rather = known.rather.as_deref().map(|units| units.split('、').map(str::to_owned).collect());
        Some((fine, zeros, rather.unwrap_or_default()))
    }

    /// Whether the cell says something that is not understood, or not believed.
    pub(crate) fn is_doubted(&self, column: &str, cell: SourceCell) -> bool {
        let read = self.columns.get(column).map(|known| known.read(cell));
        matches!(read, Some(Err(doubt)) if doubt != Doubt::Zero)
    }

    /// The number as [`fireplan_model::rows::Cell`] parses it; `None`: 待核, and `notes` say why. Texts of other columns are
    /// given back.
    pub(crate) fn read(&self, column: &str, cell: SourceCell, of: &NoteCase, notes: &mut Notes) -> Option<String> {
        let Some(known) = self.columns.get(column) else { return Some(cell.text.to_owned()) };
        let heading = known.headings.get(cell.heading).map_or(column, String::as_str);
        // Drivers write numbers with all their digits: 0.20000000000000001.
        let number = cell.text.trim().parse().ok().filter(|_| cell.numeric).map(|number: f64| number.to_string());
        let said = number.as_deref().unwrap_or(cell.text.trim());
        let told = || of.saying(format!("{}：{heading}={said}", of.text));
        match known.read(cell) {
            Ok(value) => {
                if QuantityColumn::is_converted(said, value) {
                    let text = format!(
                        "字段 {column} 的值已按所写单位或写法换算 | Values of {column} converted by the unit or notation in which they are written"
                    );
                    let now = format!("{} → {value} {}", told().text, known.target.shown);
                    notes.add(NoteKind::Converted, Some(self.layer), &text, of.saying(now.trim_end()));
                }
                Some(value.to_string())
            }
            Err(doubt) => {
                let (if_true, unit) = known.if_true(&doubt, cell).unzip();
                let case = told().doubting(column, said, if_true);
                let case = match unit.flatten() {
                    Some(unit) => case.by_unit(&unit),
                    None => case,
                };
                notes.add(NoteKind::Doubted, Some(self.layer), &known.say(&doubt), case);
                None
            }
        }
    }
}

/// Why a value is not used.
#[derive(Debug, PartialEq)]
enum Doubt {
    Unread,
    Zero,
    Implausible,
    OtherUnit,
    ForeignUnit,
    Placeholder,
}

/// A number that the files of some programs hold where nothing is known: 99, 999, 99.9.
fn is_nines(number: f64) -> bool {
    let text = number.to_string();
    number >= 99.0 && text.chars().all(|c| matches!(c, '9' | '.'))
}

/// The largest number of a column where it is all nines, comes several times, and stands well apart from all others.
fn find_placeholder(cells: &[SourceCell]) -> Option<f64> {
    /// One or two could be measured.
    const LEAST: usize = 3;
    /// What others come near to is one of them.
    const APART: f64 = 0.9;
    let mut numbers: Vec<f64> =
        cells.iter().filter_map(|cell| plain_text(cell.text).parse().ok()).filter(|n: &f64| n.is_finite()).collect();
    numbers.sort_by(f64::total_cmp);
    let largest = *numbers.last()?;
    let others = numbers.partition_point(|number| *number < largest);
    let apart = others == 0 || numbers[others - 1] < APART * largest;
    (is_nines(largest) && numbers.len() - others >= LEAST && apart).then_some(largest)
}

impl QuantityColumn {
    fn new(layer: LayerId, column: &Column, headings: Vec<String>, declared: Declared) -> Result<Self> {
        let target = Target::of(column.name);
        let named_scale = |unit: &String| {
            target.scale(unit).with_context(|| {
                let (name, ours) = (column.name, target.shown);
                format!(
                    "units 中 {name} 的单位“{unit}”无法识别，或与该字段({ours})不是同一种量 | \
                     the unit '{unit}' of {name} under units is not known, or not of the kind of {ours}"
                )
            })
        };
        let declared_scale = declared.units.get(column.name).map(named_scale).transpose()?;
        let scale_beside = declared.beside.and_then(|units| units.get(column.name)).map(named_scale).transpose()?;
        let stated = |heading: &String| declared.stated.scale(target, heading);
        let said = |heading: &String| {
            declared_scale.or_else(|| target.scale_of_heading(heading)).or_else(|| stated(heading)).or(scale_beside)
        };
        let foreign = |heading: &String| target.foreign_unit(heading).filter(|_| declared_scale.is_none());
        let bare = |heading: &String| said(heading).unwrap_or(target.factor);
        let range = plausible(layer.code(), column.name);
        // A heading that is our own name for the column was perhaps not chosen for its unit.
        let names_unit = |heading: &String| {
            stated(heading).is_some() || *heading != column.name && target.scale_of_heading(heading).is_some()
        };
        let has_unit = declared_scale.or(scale_beside).is_some() || headings.iter().any(names_unit);
        Ok(Self {
            column: column.name,
            target,
            whole: column.kind == ValueKind::Int,
            separators: Separators::default(),
            bare: headings.iter().map(bare).collect(),
            foreign: headings.iter().map(foreign).collect(),
            headings,
            range,
            zero_counts: range.is_none_or(|range| range.zero_measured)
                || declared.zero_counts.iter().any(|name| name == column.name),
            has_unit,
            rather: None,
            placeholder: None,
        })
    }

    /// The value in the wanted unit, and whether the cell names its unit itself.
    fn measure(&self, cell: SourceCell) -> Option<(f64, bool)> {
        let bare = self.bare.get(cell.heading).copied().unwrap_or(self.target.factor);
        if cell.numeric {
            let value: f64 = cell.text.trim().parse().ok()?;
            return value.is_finite().then(|| (tidy(value * bare / self.target.factor), false));
        }
        let text = plain_text(cell.text);
        if let (true, Some((rise, run))) = (self.column.ends_with("_percent"), text.split_once(':')) {
            let (rise, run): (f64, f64) = (rise.trim().parse().ok()?, run.trim().parse().ok()?);
            return (run > 0.0).then(|| (tidy(rise / run * 100.0), true));
        }
        let measured = measure(pipe(self.column, &text), self.target, self.separators, self.whole, Some(bare))?;
        Some((tidy(measured.value / self.target.factor), measured.own_unit))
    }

    fn read(&self, cell: SourceCell) -> Result<f64, Doubt> {
        let (value, own_unit) = self.measure(cell).ok_or(Doubt::Unread)?;
        if !own_unit && self.foreign.get(cell.heading).is_some_and(Option::is_some) {
            return Err(Doubt::ForeignUnit);
        }
        if value == 0.0 && !self.zero_counts {
            return Err(Doubt::Zero);
        }
        if self.whole && value.fract() != 0.0 {
            return Err(Doubt::Unread);
        }
        let is_mark = self.placeholder.is_some_and(|nines| plain_text(cell.text).parse() == Ok(nines));
        if is_mark && !own_unit {
            return Err(Doubt::Placeholder);
        }
        if value != 0.0 && self.range.is_some_and(|range| !range.has(value)) {
            return Err(if self.rather.is_some() && !own_unit { Doubt::OtherUnit } else { Doubt::Implausible });
        }
        if self.rather.is_some() && !own_unit && value != 0.0 {
            return Err(Doubt::OtherUnit);
        }
        Ok(value)
    }

    /// What a doubted value would be in our unit, if it were true, and the unit by which, where that is another one.
    fn if_true(&self, doubt: &Doubt, cell: SourceCell) -> Option<(f64, Option<String>)> {
        let (value, _) = self.measure(cell)?;
        let whole = |value: f64| if self.whole { value.round() } else { value };
        match doubt {
            Doubt::Unread | Doubt::ForeignUnit => None,
            Doubt::Zero | Doubt::Implausible | Doubt::Placeholder => Some((whole(value), None)),
            Doubt::OtherUnit => {
                let shown = self.rather.as_deref()?.split('、').next()?;
                let unit = self.target.others().find(|unit| unit.shown == shown)?;
                let bare = self.bare.get(cell.heading).copied().unwrap_or(self.target.factor);
                Some((whole(tidy(value * unit.factor / bare)), Some(shown.to_owned())))
            }
        }
    }

    /// Whether the number is another one than the cell shows: of another unit, or written otherwise than in digits and a dot.
    fn is_converted(said: &str, value: f64) -> bool {
        said.trim_matches(|c: char| !(c.is_ascii_digit() || c == '-')).parse().map(tidy) != Ok(value)
    }

    /// Where the median of the bare numbers is implausible: the units in which it would not be.
    fn other_unit(&self, cells: &[SourceCell]) -> Option<String> {
        let range = self.range?;
        let bare = cells.iter().filter_map(|cell| self.measure(*cell).filter(|(value, own)| !own && *value > 0.0));
        let mut values: Vec<f64> = bare.map(|(value, _)| value).collect();
        values.sort_by(f64::total_cmp);
        let middle = *values.get(values.len() / 2)?;
        let usual = range.usual.as_ref().filter(|_| !self.has_unit);
        let is_usual = |times: f64| {
            usual.is_none_or(|usual| usual.has(&values.iter().map(|value| value * times).collect::<Vec<_>>()))
        };
        // A single number out of range is a slip; a column of them is another unit. What is possible and not usual is doubted
        // of a single one as well: a county may have one station.
        let is_slip = values.len() < 2 && !range.has(middle);
        if is_slip || (range.has(middle) && is_usual(1.0)) {
            return None;
        }
        let scale = self.bare.first().copied().unwrap_or(self.target.factor);
        let fits = |factor: f64| range.has(middle * factor / scale) && is_usual(factor / scale);
        let units: Vec<&str> =
            self.target.others().filter(|unit| fits(unit.factor)).map(|unit| unit.shown.as_str()).collect();
        (!units.is_empty()).then(|| units.join("、"))
    }

    fn say(&self, doubt: &Doubt) -> String {
        let (column, shown) = (self.column, self.target.shown);
        let range = self.range.map_or_else(String::new, |range| format!("{}–{} {shown}", range.from, range.to));
        match doubt {
            Doubt::Unread => format!(
                "字段 {column} 的值无法确定读数，按待核处理；请改为一个数(可带单位)，或在 area.toml 的 values 中写明 | \
                 Values of {column} that cannot be read for certain, taken as undetermined: write one number, with its unit if need be"
            ),
            Doubt::Zero => format!(
                "字段 {column} 的值为 0，视为未测(待核)；若确为 0，请在 area.toml 写 zero_counts = [\"{column}\"] | \
                 Values of {column} that are 0, taken as not measured; if they are, write zero_counts = [\"{column}\"]"
            ),
            Doubt::Implausible => {
                let why = self.range.map_or_else(Label::default, |range| Label::parse(&range.why));
                format!(
                    "字段 {column} 的值超出可信范围({range}：{})，未采用，待核；请核对数值和单位 | \
                     Values of {column} outside what is plausible ({range}: {}), not used: check number and unit",
                    why.zh, why.en
                )
            }
            Doubt::ForeignUnit => {
                let named = self.foreign.iter().flatten().next().map_or("", String::as_str);
                let ours = if shown.is_empty() { column } else { shown };
                format!(
                    "字段 {column} 的列名写的单位是“{named}”，与该字段({ours})不是同一种量，整列未采用，待核；\
                     请核对选用的列，单位确实写错的，在 area.toml 的 units 中写明 | \
                     The heading for {column} names the unit '{named}', which measures something else than {ours}: the column is not used; \
                     check which column is meant, or write the unit under units in area.toml"
                )
            }
            Doubt::Placeholder => {
                let nines = self.placeholder.unwrap_or_default();
                format!(
                    "字段 {column} 的值 {nines} 多次出现且远大于其余，像是“无数据”的代码，未采用，待核；若属实，请在 area.toml 的 values 中写明(带单位) | \
                     {nines} stands many times in {column}, far above all other values, like a mark for \"no data\": not used; if it is true, say so under values in area.toml, with its unit"
                )
            }
            Doubt::OtherUnit => {
                let usual = self.range.and_then(|range| range.usual.as_ref()).filter(|_| !self.has_unit);
                let usually = usual.map_or_else(Label::default, |usual| Label::parse(&usual.why));
                let (zh, en) = (usually.zh, usually.en);
                let (zh, en) = if zh.is_empty() { (zh, en) } else { (format!("；{zh}"), format!("; {en}")) };
                let rather = self.rather.as_deref().unwrap_or_default();
                let first = rather.split('、').next().unwrap_or_default();
                format!(
                    "字段 {column} 整列不像以 {shown} 为单位(可信范围 {range}{zh})，若以 {rather} 计则合理；未采用，待核。\
                     请核对后在 area.toml 写 units = {{ {column} = \"{first}\" }}，或在列名中注明单位 | \
                     The column {column} as a whole is not plausible in {shown} ({range}{en}) and would be in {rather}; not used. \
                     Write units = {{ {column} = \"{first}\" }} or the unit in the heading, once checked"
                )
            }
        }
    }
}
