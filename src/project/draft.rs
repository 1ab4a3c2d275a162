//! From what a folder holds to the draft of an area: every source with its layer, its place and its columns.

use std::collections::BTreeMap;

use anyhow::Result;
use fireplan_model::layers::LayerId;
use fireplan_model::rows::Label;

use crate::boundary::choose_unit;
use crate::column_map::ask_layer;
use crate::coordinates::Placement;
use crate::derive::{DerivedLayer, has_none};
use crate::dictionary::{Dictionary, TableEntry, TableUse};
use crate::guess::{
    LayerGuess, TableShape, describe_guess, find_prescribed, find_unplaced, guess_layers, is_sure, level_of_codes,
};
use crate::inventory::{FoundTable, Inventory};
use crate::joins::{FactTable, attach_facts};
use crate::place::{PlacedTable, settle_places};
use crate::preview::{SketchLines, SourcePreview, draw_previews, draw_roads};
use crate::questions::{DoorAnswers, DoorQuestion, Inquiry, SKIP, check_answers};
use crate::rasters::settle_rasters;
use crate::source_use::{Reading, SourceUse};

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
    /// Where the sources lie that are asked about, by their ids.
    pub previews: BTreeMap<String, SourcePreview>,
    /// The roads around them.
    pub around: SketchLines,
}

impl ProjectDraft {
    /// The questions without an answer.
    pub fn open_questions(&self) -> impl Iterator<Item = &DoorQuestion> {
        self.questions.iter().filter(|question| question.answer.is_none())
    }
}

/// The tables of a folder by what they are: those that lie somewhere, each with its reading, and those of facts alone.
#[derive(Default)]
struct SortedTables<'a, 'd> {
    placed: Vec<PlacedTable<'a>>,
    readings: Vec<Reading<'d>>,
    facts: Vec<FactTable<'a>>,
}

/// Draws up the area; answers that fit no question are refused.
pub fn draw_up(inventory: &Inventory, dictionary: &Dictionary, answers: &DoorAnswers) -> Result<ProjectDraft> {
    let mut inquiry = Inquiry::new(answers);
    let mut draft = ProjectDraft { left_out: inventory.left_out.clone(), ..ProjectDraft::default() };
    let mut sorted = SortedTables::default();
    for found in &inventory.tables {
        match find_twin(found, &inventory.tables) {
            Some(twin) => {
                let why = Label::new(format!("与 {twin} 内容相同"), format!("the same as {twin}"));
                draft.left_out.push((found.id.clone(), why));
            }
            None => draft.sort_table(found, dictionary, &mut sorted, &mut inquiry),
        }
    }
    let SortedTables { mut placed, readings, facts } = sorted;
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
    draft.previews = draw_previews(&draft.questions, inventory, &placed, dictionary);
    draft.around = draw_roads(inventory, &placed);
    check_answers(&draft.questions, answers)?;
    Ok(draft)
}

/// The layer that somebody chose of those that a table is like, or why it has none.
fn ask_guess<'g>(
    found: &FoundTable,
    guesses: &'g [LayerGuess],
    evidence: &[Label],
    inquiry: &mut Inquiry,
) -> Result<&'g LayerGuess, Label> {
    /// A table that nothing is known of is no data of ours: it is listed and not asked about.
    const HOPELESS: f64 = 0.9;
    /// How many layers are offered.
    const OFFERED: usize = 6;
    if guesses.first().is_none_or(|best| best.score < HOPELESS) {
        return Err(Label::new("看不出是哪个图层", "it is like no layer of ours"));
    }
    let likely: Vec<(LayerId, f64)> = guesses.iter().take(OFFERED).map(|guess| (guess.layer, guess.score)).collect();
    let answer = inquiry.ask(ask_layer(found, &likely, evidence.to_vec()));
    let chosen = answer.and_then(|code| guesses.iter().find(|guess| guess.layer.code() == code));
    chosen.ok_or_else(|| {
        Label::new("属于哪个图层待回答，或按回答不采用", "its layer is asked for, or left out as answered")
    })
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
            format!("{}坐标列“{column}”的值不是坐标(如“{cell}”)，无法上图；请改为小数度或度分秒", like.zh),
            format!(
                "{}its column '{column}' holds no coordinates (such as '{cell}'): give decimal degrees, or degrees, minutes and seconds",
                like.en
            ),
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
    /// Takes a table for what a standard prescribes or for the layer that it is most like, asks, or leaves it out with the reason.
    fn sort_table<'a, 'd>(
        &mut self,
        found: &'a FoundTable,
        dictionary: &'d Dictionary,
        sorted: &mut SortedTables<'a, 'd>,
        inquiry: &mut Inquiry,
    ) {
        let place = Placement::find(found, dictionary);
        let shape = match (TableShape::of(found), place.geometries.is_empty()) {
            (TableShape::None, false) => TableShape::Point,
            (shape, _) => shape,
        };
        if let Some(entry) = find_prescribed(found, shape, dictionary) {
            self.take_prescribed(found, entry, &place, sorted);
            return;
        }
        let mut leave_out = |why: Label| self.left_out.push((found.id.clone(), why));
        if let Some(layer) = (shape == TableShape::None).then(|| find_unplaced(found, dictionary)).flatten() {
            return leave_out(no_place(found, &place, Some(layer)));
        }
        let guesses = guess_layers(found, shape, dictionary);
        let Some(best) = guesses.first() else { return leave_out(no_place(found, &place, None)) };
        let mut evidence = describe_guess(found, shape, best);
        let guess = if is_sure(&guesses) {
            best
        } else {
            match ask_guess(found, &guesses, &evidence, inquiry) {
                Ok(chosen) => {
                    evidence = vec![Label::new("图层按回答", "its layer as answered")];
                    chosen
                }
                Err(why) => return leave_out(why),
            }
        };
        if shape == TableShape::None {
            sorted.facts.push((found, guess.layer, guess.fits.clone(), evidence));
            return;
        }
        let mut place = place;
        place.evidence.splice(0..0, evidence);
        sorted.placed.push(PlacedTable { found, layer: guess.layer, place });
        sorted.readings.push(Reading::Guessed(guess.fits.clone()));
    }

    /// Every layer that the standard sees in the table; what has to be drawn from it is kept for later.
    fn take_prescribed<'a, 'd>(
        &mut self,
        found: &'a FoundTable,
        entry: &'d TableEntry,
        place: &Placement,
        sorted: &mut SortedTables<'a, 'd>,
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
            sorted.placed.push(PlacedTable { found, layer: one.layer, place });
            sorted.readings.push(Reading::Prescribed(one));
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
            let mut use_ = SourceUse::of_table(table, reading, inquiry);
            if place.is_asked {
                self.pending.push((*layer, use_));
                continue;
            }
            match self.settle_layer(&mut use_, table, placed, inquiry) {
                Ok(()) => self.uses.push((*layer, use_)),
                Err(why) => self.left_out.push((found.id.clone(), why)),
            }
        }
    }

    /// Asks what some layers need before they can be used: which unit the boundary is, and the class of roads that state none.
    fn settle_layer(
        &mut self,
        use_: &mut SourceUse,
        table: &PlacedTable,
        placed: &[PlacedTable],
        inquiry: &mut Inquiry,
    ) -> Result<(), Label> {
        let has_class = || use_.fields.contains_key("class") || table.found.column("class").is_some();
        match table.layer {
            LayerId::Boundary => {
                let unit = choose_unit(table, placed, inquiry).ok_or_else(|| {
                    Label::new("规划范围是其中哪一个，待回答", "which of its units is the area is asked for")
                })?;
                use_.filter = use_.filter.take().or(unit.filter);
                use_.evidence.extend(unit.evidence);
                if let Some(name) = unit.name.filter(|_| self.name.is_empty()) {
                    self.name = name;
                }
            }
            LayerId::Roads if !has_class() => match ask_road_class(table.found, inquiry) {
                Some(class) if class != SKIP => drop(use_.defaults.insert("class".to_owned(), class)),
                _ => return Err(Label::new("道路等级待回答", "the class of its roads is asked for")),
            },
            _ => {}
        }
        Ok(())
    }

    fn take_extracts(&mut self, inventory: &Inventory, inquiry: &mut Inquiry) {
        let extracts: Vec<&str> = inventory.extracts.iter().map(|extract| extract.source.as_str()).collect();
        self.osm = match extracts.as_slice() {
            [] => None,
            [only] => Some((*only).to_owned()),
            several => {
                let question = DoorQuestion {
                    id: "osm".to_owned(),
                    source: String::new(),
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
        source: id.clone(),
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
