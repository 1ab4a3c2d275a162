//! From what a folder holds to the draft of an area: every source with its layer, its place and its columns.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;
use fireplan_read::survey::describe_layer;

use crate::boundary::choose_unit;
use crate::column_map::{ColumnMap, ask_layer};
use crate::columns::are_distinct;
use crate::coordinates::Placement;
use crate::derive::{DerivedLayer, has_none};
use crate::dictionary::{Dictionary, TableEntry, TableUse};
use crate::guess::{TableShape, describe_guess, find_prescribed, find_unplaced, guess_layers, is_sure, level_of_codes};
use crate::inventory::{FoundTable, Inventory};
use crate::joins::attach_facts;
use crate::place::{PlacedTable, settle_places};
use crate::questions::{DoorAnswers, DoorQuestion, Inquiry, SKIP, check_answers};
use crate::rasters::settle_rasters;

/// One source of a layer, as `area.toml` will have it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceUse {
    /// The file below the folder, `file|layer` where it has several.
    pub source: String,
    /// GDAL's condition on its rows.
    pub filter: Option<String>,
    /// The coordinate system, where the file does not say it.
    pub crs: Option<String>,
    /// The rows of the headings, where they are not the first.
    pub header_row: Vec<u64>,
    /// The columns with the coordinates.
    pub xy: Option<(String, String)>,
    /// Our field → their column.
    pub fields: BTreeMap<String, String>,
    /// Our field → their value → ours.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Our field → what stands where the source says nothing.
    pub defaults: BTreeMap<String, String>,
    /// Our field → the unit of its numbers.
    pub units: BTreeMap<String, String>,
    /// Tables whose facts are added, each with the field that both have.
    pub joins: Vec<(String, Self)>,
    /// What speaks for it.
    pub evidence: Vec<Label>,
    /// It is read from a copy unpacked into the project.
    pub unpacked: bool,
}

/// What is to become of a folder.
#[derive(Debug, Default)]
pub struct ProjectDraft {
    /// What the area is called.
    pub name: String,
    /// The sources of each layer, in the order of the layers.
    pub uses: Vec<(LayerId, SourceUse)>,
    /// The same of sources that wait for an answer.
    pub pending: Vec<(LayerId, SourceUse)>,
    /// The OSM extract for every other layer.
    pub osm: Option<String>,
    /// Layers that are drawn from others when the project is written.
    pub(crate) derived: Vec<DerivedLayer>,
    /// Everything that was or is asked.
    pub questions: Vec<DoorQuestion>,
    /// What is not used, and why.
    pub left_out: Vec<(String, Label)>,
}

impl ProjectDraft {
    /// The questions without an answer.
    pub fn open_questions(&self) -> impl Iterator<Item = &DoorQuestion> {
        self.questions.iter().filter(|question| question.answer.is_none())
    }
}

/// What a table was taken for, before its columns are settled.
enum Reading<'d> {
    Prescribed(&'d TableUse),
    Guessed(Vec<crate::columns::ColumnFit>),
}

/// Draws up the area; answers that fit no question are refused.
pub fn draw_up(inventory: &Inventory, dictionary: &Dictionary, answers: &DoorAnswers) -> Result<ProjectDraft> {
    let mut inquiry = Inquiry::new(answers);
    let mut draft = ProjectDraft { left_out: inventory.left_out.clone(), ..ProjectDraft::default() };
    let mut facts = Vec::new();
    let mut placed: Vec<PlacedTable> = Vec::new();
    let mut readings: Vec<Reading> = Vec::new();
    for found in &inventory.tables {
        if let Some(twin) = find_twin(found, &inventory.tables) {
            let why = Label::new(format!("与 {twin} 内容相同"), format!("the same as {twin}"));
            draft.left_out.push((found.id.clone(), why));
            continue;
        }
        let place = Placement::find(found, dictionary);
        let shape = match (TableShape::of(found), place.geometries.is_empty()) {
            (TableShape::None, false) => TableShape::Point,
            (shape, _) => shape,
        };
        if let Some(entry) = find_prescribed(found, shape, dictionary) {
            draft.take_prescribed(found, entry, &place, &mut placed, &mut readings);
            continue;
        }
        if let Some(layer) = (shape == TableShape::None).then(|| find_unplaced(found, dictionary)).flatten() {
            draft.left_out.push((found.id.clone(), no_place(found, &place, Some(layer))));
            continue;
        }
        let guesses = guess_layers(found, shape, dictionary);
        let Some(best) = guesses.first() else {
            draft.left_out.push((found.id.clone(), no_place(found, &place, None)));
            continue;
        };
        let mut guess = best;
        let mut evidence = describe_guess(found, shape, best);
        if !is_sure(&guesses) {
            /// A table that nothing is known of is no data of ours: it is listed and not asked about.
            const HOPELESS: f64 = 0.9;
            if best.score < HOPELESS {
                draft.left_out.push((found.id.clone(), Label::new("看不出是哪个图层", "it is like no layer of ours")));
                continue;
            }
            let likely: Vec<(LayerId, f64)> = guesses.iter().take(6).map(|guess| (guess.layer, guess.score)).collect();
            let answer = inquiry.ask(ask_layer(found, &likely, evidence.clone()));
            let Some(chosen) = answer.and_then(|code| guesses.iter().find(|guess| guess.layer.code() == code)) else {
                let why =
                    Label::new("属于哪个图层待回答，或按回答不采用", "its layer is asked for, or left out as answered");
                draft.left_out.push((found.id.clone(), why));
                continue;
            };
            guess = chosen;
            evidence = vec![Label::new("图层按回答", "its layer as answered")];
        }
        if shape == TableShape::None {
            facts.push((found, guess.layer, guess.fits.clone(), evidence));
            continue;
        }
        let mut place = place;
        place.evidence.splice(0..0, evidence);
        placed.push(PlacedTable { found, layer: guess.layer, place });
        readings.push(Reading::Guessed(guess.fits.clone()));
    }
    let near = settle_places(&mut placed, &inventory.extracts, &mut inquiry);
    draft.take_tables(&placed, readings, &mut inquiry);
    attach_facts(&mut draft, &placed, facts, &mut inquiry);
    draft.take_extracts(inventory, &mut inquiry);
    settle_rasters(&mut draft, inventory, dictionary, near, &mut inquiry);
    draft.derive_missing();
    draft.uses.sort_by(|a, b| (a.0, &a.1.source, &a.1.filter).cmp(&(b.0, &b.1.source, &b.1.filter)));
    draft.left_out.sort_by(|a, b| a.0.cmp(&b.0));
    draft.left_out.dedup_by(|a, b| a.0 == b.0);
    if draft.name.is_empty() {
        let folder = inventory.folder.canonicalize().unwrap_or_else(|_| inventory.folder.clone());
        draft.name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
    draft.questions = inquiry.questions;
    check_answers(&draft.questions, answers)?;
    Ok(draft)
}

/// Why a table without geometry is no layer.
fn no_place(found: &FoundTable, place: &Placement, layer: Option<LayerId>) -> Label {
    let columns = found.table.columns.iter().take(8).cloned().collect::<Vec<_>>().join("、");
    let like = layer.map_or_else(Label::default, |layer| {
        let label = layer.label();
        Label::new(format!("像是{}，但", label.zh), format!("it looks like {}; ", label.en.to_lowercase()))
    });
    if let Some((column, cell)) = &place.unread {
        return Label::new(
            format!("{}坐标列“{column}”的值不是数(如“{cell}”)，无法上图；度分秒请换算为小数度", like.zh),
            format!("{}its column '{column}' holds no numbers (such as '{cell}'): give decimal degrees", like.en),
        );
    }
    Label::new(
        format!("{}没有几何也没有坐标列(列有 {columns})，无法上图；请补充经度、纬度两列", like.zh),
        format!(
            "{}no geometry and no columns of coordinates (it has '{columns}'): add longitude and latitude",
            like.en
        ),
    )
}

/// A table that is the copy of an earlier one: the archive beside its files.
fn find_twin<'a>(found: &FoundTable, tables: &'a [FoundTable]) -> Option<&'a str> {
    let earlier = tables.iter().take_while(|other| other.id != found.id);
    let same = |other: &&FoundTable| {
        other.table.columns == found.table.columns
            && other.table.rows.len() == found.table.rows.len()
            && other.table.count == found.table.count
            && other
                .table
                .rows
                .iter()
                .zip(&found.table.rows)
                .all(|(a, b)| a.values == b.values && a.geometry == b.geometry)
    };
    earlier.filter(|other| !other.unpacked || found.unpacked).find(same).map(|other| other.id.as_str())
}

impl ProjectDraft {
    /// Every layer that the standard sees in the table; what has to be drawn from it is kept for later.
    fn take_prescribed<'a, 'd>(
        &mut self,
        found: &'a FoundTable,
        entry: &'d TableEntry,
        place: &Placement,
        placed: &mut Vec<PlacedTable<'a>>,
        readings: &mut Vec<Reading<'d>>,
    ) {
        let level = entry.by_code.as_deref().and_then(|column| level_of_codes(found, column));
        let fits = |one: &&TableUse| one.level.is_none() || one.level.as_deref() == level;
        let title = entry.label();
        for one in entry.uses.iter().filter(fits) {
            if one.filter.as_deref().is_some_and(|filter| has_none(found, filter)) {
                continue;
            }
            let mut place = place.clone();
            let id = &entry.id;
            let why =
                Label::new(format!("{}，词典 {id}", title.zh), format!("{}, by {id} of the dictionary", title.en));
            place.evidence.insert(0, why);
            placed.push(PlacedTable { found, layer: one.layer, place });
            readings.push(Reading::Prescribed(one));
        }
        for derivation in entry.derives.iter().filter(|derivation| !has_none(found, &derivation.filter)) {
            self.derived.push(DerivedLayer::new(found, derivation, &title));
        }
        if entry.uses.iter().all(|one| !fits(&one)) && entry.derives.is_empty() {
            let why = Label::new("区划代码级别不一，无法判断是乡镇还是村", "its codes are of several levels");
            self.left_out.push((found.id.clone(), why));
        }
    }

    fn take_tables(&mut self, placed: &[PlacedTable], readings: Vec<Reading>, inquiry: &mut Inquiry) {
        for (table, reading) in placed.iter().zip(readings) {
            let PlacedTable { found, layer, place } = table;
            if let Some(why) = &place.left_out {
                self.left_out.push((found.id.clone(), why.clone()));
                if !place.is_asked {
                    continue;
                }
            }
            let mut use_ = SourceUse {
                source: found.source.clone(),
                filter: found.filter.clone(),
                crs: place.crs.clone(),
                header_row: found.header.clone(),
                xy: place.xy.clone(),
                evidence: place.evidence.clone(),
                unpacked: found.unpacked,
                ..SourceUse::default()
            };
            match reading {
                Reading::Prescribed(one) => use_.take_prescribed_columns(found, one),
                Reading::Guessed(fits) => {
                    let map = ColumnMap::settle(found, *layer, &fits, inquiry);
                    (use_.fields, use_.values, use_.units) = (map.fields, map.values, map.units);
                    use_.tell_unused_columns(found, *layer);
                }
            }
            if place.is_asked {
                self.pending.push((*layer, use_));
                continue;
            }
            if *layer == LayerId::Boundary {
                match choose_unit(table, placed, inquiry) {
                    Some(unit) => {
                        if use_.filter.is_none() {
                            use_.filter = unit.filter;
                        }
                        use_.evidence.extend(unit.evidence);
                        if let Some(name) = unit.name.filter(|_| self.name.is_empty()) {
                            self.name = name;
                        }
                    }
                    None => {
                        let why =
                            Label::new("规划范围是其中哪一个，待回答", "which of its units is the area is asked for");
                        self.left_out.push((found.id.clone(), why));
                        continue;
                    }
                }
            }
            if *layer == LayerId::Roads && !use_.fields.contains_key("class") && found.column("class").is_none() {
                match ask_road_class(found, inquiry) {
                    Some(class) if class != SKIP => drop(use_.defaults.insert("class".to_owned(), class)),
                    _ => {
                        let why = Label::new("道路等级待回答", "the class of its roads is asked for");
                        self.left_out.push((found.id.clone(), why));
                        continue;
                    }
                }
            }
            self.uses.push((*layer, use_));
        }
    }

    fn take_extracts(&mut self, inventory: &Inventory, inquiry: &mut Inquiry) {
        let extracts: Vec<&str> = inventory.extracts.iter().map(|extract| extract.source.as_str()).collect();
        self.osm = match extracts.as_slice() {
            [] => None,
            [only] => Some((*only).to_owned()),
            several => {
                let question = DoorQuestion {
                    id: "osm".to_owned(),
                    ask: Label::new("采用哪一个 OSM 数据？", "which OSM extract is to be used?"),
                    evidence: vec![Label::new("文件夹中有几个", "there are several")],
                    choices: several
                        .iter()
                        .map(|name| crate::questions::choice(name, *name, *name))
                        .chain([crate::questions::skip_choice()])
                        .collect(),
                    sample: Vec::new(),
                    answer: None,
                };
                inquiry.ask(question).filter(|answer| answer != SKIP)
            }
        };
    }

    /// Layers are drawn from others only where nobody has drawn them.
    fn derive_missing(&mut self) {
        let has = |uses: &[(LayerId, SourceUse)], layer: LayerId| uses.iter().any(|(known, _)| *known == layer);
        let derived = std::mem::take(&mut self.derived);
        for mut layer in derived {
            // A file that names no system is where the layers taken from it were found to be, once that is known.
            let of_source = self.uses.iter().find(|(_, use_)| use_.source == layer.source);
            layer.crs = layer.crs.or_else(|| of_source.and_then(|(_, use_)| use_.crs.clone()));
            let from_osm = self.osm.is_some();
            if has(&self.uses, layer.layer) || from_osm || layer.crs.is_none() {
                continue;
            }
            self.uses.push((layer.layer, layer.source_use()));
            self.derived.push(layer);
        }
    }
}

impl SourceUse {
    /// Whoever reads `area.toml` sees which columns say nothing to us.
    fn tell_unused_columns(&mut self, found: &FoundTable, layer: LayerId) {
        let ours = describe_layer(layer).map(|(columns, _)| columns).unwrap_or_default();
        let xy = self.xy.iter().flat_map(|(x, y)| [x, y]);
        let used: Vec<&String> = self.fields.values().chain(xy).collect();
        let is_ours = |name: &str| {
            let mapped = used.iter().any(|column| column.eq_ignore_ascii_case(name));
            mapped || ours.iter().any(|column| column.name.eq_ignore_ascii_case(name))
        };
        let unused = found.table.columns.iter().filter(|name| !name.starts_with("Field") && !is_ours(name));
        let unused = unused.cloned().collect::<Vec<_>>().join("、");
        if !unused.is_empty() {
            let told = Label::new(format!("未对应的列 {unused}"), format!("columns that are not used: {unused}"));
            self.evidence.push(told);
        }
    }

    fn take_prescribed_columns(&mut self, found: &FoundTable, one: &TableUse) {
        if self.filter.is_none() {
            self.filter.clone_from(&one.filter);
        }
        let present = |theirs: &String| found.column(theirs).map(|at| found.table.columns[at].clone());
        let is_id = |theirs: &str| {
            let cells: Vec<&str> = found.column(theirs).into_iter().flat_map(|at| found.cells(at)).collect();
            are_distinct(cells.iter().collect::<BTreeSet<_>>().len(), cells.len())
        };
        for (ours, theirs) in one.fields.iter().chain(&one.optional) {
            if let Some(theirs) = present(theirs).filter(|theirs| ours != "source_id" || is_id(theirs)) {
                self.fields.insert(ours.clone(), theirs);
            }
        }
        let mapped = one.values.iter().filter(|(ours, _)| self.fields.contains_key(*ours));
        self.values = mapped.map(|(ours, values)| (ours.clone(), values.clone())).collect();
    }
}

fn ask_road_class(found: &FoundTable, inquiry: &mut Inquiry) -> Option<String> {
    let id = &found.id;
    let classes = fireplan_model::layers::RoadClass::ALL.iter();
    let mut choices: Vec<_> = classes
        .map(|class| {
            let label = class.label();
            crate::questions::choice(class.code(), label.zh, label.en)
        })
        .collect();
    choices.push(crate::questions::skip_choice());
    inquiry.ask(DoorQuestion {
        id: format!("class/{id}"),
        ask: Label::new(
            format!("“{id}”没有道路等级列，全部道路按哪一级计行车速度？"),
            format!("'{id}' has no column with the class of its roads: which class is taken for all?"),
        ),
        evidence: vec![Label::new("没有等级的道路无法计行车速度", "without a class no speed is known")],
        choices,
        sample: crate::column_map::sample_rows(found, |_| true),
        answer: None,
    })
}
