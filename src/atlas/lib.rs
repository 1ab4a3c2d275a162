//! The atlas of the plan (规划图集): map sheets laid out on paper and written as one vector PDF with searchable text, embedded
//! fonts and bookmarks; cover and list of sheets before them.
//!
//! Which sheets there are is data (`data/atlas/sheets.toml`); how things look is in `styles/`; what they show is the area and the
//! findings. A sheet whose data are missing stands in the list with the reason. The same input gives the same bytes: no clock is
//! asked. It may use the model, the algorithms and the styles of `fireplan-export`. It must not run an analysis, decide a figure,
//! know HTTP or the command line, or open a file other than fonts.
//!
//! Drawing is in millimetres of the page: [`canvas`] holds marks, [`view`] brings the ground onto paper, `painter` draws
//! layers, `labels` places names, `legend` tells what was drawn, `sheet` puts a sheet together, `pdf` writes.

mod anchors;
pub mod canvas;
mod catalogue;
mod facts;
mod field_book;
mod front;
mod furniture;
mod hatch;
mod labels;
mod legend;
mod library;
mod listing;
mod painter;
mod panel;
pub mod paper;
mod pdf;
mod sheet;
mod single;
mod style;
mod typeface;
pub mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, Result};
use fireplan_model::area::StudyArea;
use fireplan_model::findings::Findings;
use rayon::prelude::*;

pub use catalogue::{PlanOrigin, analyses_shown};
pub use facts::SheetFacts;
pub use field_book::{FieldBook, MOST_FIELD_SHEETS, draw_field_book};
pub use furniture::bar_length_m;
pub use labels::PlacedLabel;
pub use legend::LegendLine;
pub use paper::Paper;
pub use sheet::SheetLayout;
pub use single::{MapSheet, draw_sheet, lay_out_sheet};

use canvas::Canvas;
use catalogue::{Catalogue, SheetSpec};
use front::Front;
use library::Library;
use listing::{Ground, Listed, PlannedSheet};
use pdf::PdfPage;
use sheet::Workshop;
use typeface::Typefaces;

/// What an atlas is drawn from.
pub struct AtlasInput<'a> {
    /// The area as it is.
    pub area: &'a StudyArea,
    /// The findings of the analyses on it.
    pub findings: &'a [&'a Findings],
    /// The area under the plan; `None`: no plan was made.
    pub planned: Option<PlannedState<'a>>,
    /// What only people know of the plan.
    pub facts: &'a SheetFacts,
    /// Why analyses have no findings, by their names.
    pub unanswered: BTreeMap<String, String>,
}

impl<'a> AtlasInput<'a> {
    /// The scenario that every sheet of the plan is of.
    fn scenario(&self) -> Option<&'a str> {
        self.planned.filter(|planned| planned.origin == PlanOrigin::Scenario).map(|planned| planned.title)
    }

    /// What was found of the plan.
    fn planned_findings(&self) -> &'a [&'a Findings] {
        self.planned.map_or(&[], |planned| planned.findings)
    }
}

/// The area under the plan.
#[derive(Clone, Copy)]
pub struct PlannedState<'a> {
    /// The changed area.
    pub area: &'a StudyArea,
    /// The findings of the analyses on it.
    pub findings: &'a [&'a Findings],
    /// What the plan is called.
    pub title: &'a str,
    /// Where it comes from.
    pub origin: PlanOrigin,
}

/// How an atlas is drawn.
#[derive(Debug, Clone, Default)]
pub struct AtlasOptions {
    /// The sheets by their numbers; empty: all.
    pub sheets: Vec<String>,
    /// The paper; sheets stand upright where that shows them larger.
    pub paper: Paper,
    /// A font to be asked before that of the program.
    pub font: Option<PathBuf>,
    /// Not to ask the fonts of the system for characters that the others lack.
    pub only_own_fonts: bool,
}

/// A sheet in the list of sheets.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedSheet {
    /// Its number (图号).
    pub number: String,
    /// Its title (图名).
    pub title: String,
    /// Heading under which it stands.
    pub part: String,
    /// The scale is 1 to this; `None`: it is not drawn.
    pub denominator: Option<f64>,
    /// Its page in the PDF, from 1; `None`: it is not drawn.
    pub page: Option<usize>,
    /// Why it is not drawn.
    pub missing: Option<String>,
}

/// An atlas as it is drawn, before it is written.
pub struct AtlasDraft {
    /// Cover and list of sheets.
    front: Vec<Canvas>,
    /// The sheets, each with the heading under which it stands.
    pub sheets: Vec<(String, SheetLayout)>,
    /// The list of sheets, with those that are missing.
    pub listed: Vec<ListedSheet>,
    title: String,
    author: Option<String>,
    faces: Typefaces,
}

/// The written atlas.
pub struct Atlas {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// The list of sheets, with those that are missing.
    pub sheets: Vec<ListedSheet>,
}

/// Draws the atlas of an area and writes it as PDF.
///
/// # Errors
/// If a sheet is asked for that there is not, a font is unreadable or lacks a character, or a legend does not fit the paper.
pub fn draw_atlas(input: &AtlasInput, options: &AtlasOptions) -> Result<Atlas> {
    let draft = lay_out_atlas(input, options)?;
    Ok(Atlas { pdf: draft.write_pdf()?, sheets: draft.listed })
}

/// Draws the sheets without writing them.
///
/// # Errors
/// As [`draw_atlas`], but for characters that no font has.
pub fn lay_out_atlas(input: &AtlasInput, options: &AtlasOptions) -> Result<AtlasDraft> {
    let faces = Typefaces::open(options.font.as_deref(), !options.only_own_fonts)?;
    let scenario = input.scenario();
    let catalogue = Catalogue::load_for(input.planned.map_or(PlanOrigin::Proposed, |planned| planned.origin))?;
    let planned = input.planned.map(|planned| (planned.area, planned.findings));
    let library = Library::new((input.area, input.findings), planned)?;
    let planned_findings = input.planned_findings();
    let ground = Ground {
        area: input.area,
        library: &library,
        unanswered: &input.unanswered,
        answered: [input.findings, planned_findings]
            .map(|found| found.iter().filter_map(|one| analysis_of(one)).collect()),
        old_towns: find_old_towns(&[input.findings, planned_findings].concat()),
        has_plan: input.planned.is_some(),
        scenario,
        paper: options.paper,
    };
    let entries: Vec<Listed> = catalogue.select(&options.sheets)?.into_iter().map(|spec| ground.list(spec)).collect();
    let plan = input.facts.title_for(&input.area.name);
    let front = Front {
        plan: plan.clone(),
        scenario,
        facts: input.facts,
        synthetic: input.area.synthetic,
        paper: options.paper,
        faces: &faces,
    };
    let planned_sheets: Vec<&PlannedSheet> = in_parts(&entries);
    let rows = planned_sheets.len() + entries.iter().filter(|entry| matches!(entry, Listed::Missing { .. })).count();
    let first = 1 + front.count_list_pages(rows);
    let workshop = Workshop {
        area: input.area,
        library: &library,
        findings: [input.findings, planned_findings],
        plan: input.planned.map(|planned| planned.title.to_owned()),
        is_scenario: scenario.is_some(),
        facts: input.facts,
        faces: &faces,
        base: &catalogue.base.layers,
        paper: options.paper,
    };
    let count = planned_sheets.len();
    let draw = |(at, sheet): (usize, &&PlannedSheet)| {
        let page = format!("第{}张　共{count}张", at + 1);
        workshop.draw(sheet, &page).map(|layout| (sheet.spec.part.clone(), layout))
    };
    let sheets: Vec<(String, SheetLayout)> = planned_sheets.par_iter().enumerate().map(draw).collect::<Result<_>>()?;
    let listed = list(&sheets, &entries, first);
    let pages = [vec![front.draw_cover()], front.draw_list(&listed)].concat();
    Ok(AtlasDraft {
        front: pages,
        sheets,
        listed,
        title: format!("{plan}　图集"),
        author: input.facts.made_by.clone(),
        faces,
    })
}

/// Which analysis found it.
fn analysis_of(findings: &Findings) -> Option<String> {
    findings.manifest.request.get("analysis").and_then(|id| id.as_str()).map(str::to_owned)
}

/// The rule that only old towns are held against; whoever is, is one.
const OLD_TOWN_RULE: &str = "water.old_town_pool_m3";

fn find_old_towns(findings: &[&Findings]) -> BTreeSet<String> {
    let checks = findings.iter().flat_map(|findings| &findings.checks);
    checks.filter(|check| check.rule == OLD_TOWN_RULE).map(|check| check.subject.clone()).collect()
}

/// The sheets under their headings, in the order in which the headings first occur.
fn in_parts<'a>(entries: &'a [Listed<'a>]) -> Vec<&'a PlannedSheet<'a>> {
    let drawn = entries.iter().flat_map(|entry| match entry {
        Listed::Drawn(sheets) => sheets.iter().collect(),
        Listed::Missing { .. } => Vec::new(),
    });
    let mut sheets: Vec<&PlannedSheet> = drawn.collect();
    let parts = parts_of(entries.iter().map(spec_of));
    sheets.sort_by_key(|sheet| parts.iter().position(|part| *part == sheet.spec.part));
    sheets
}

fn spec_of<'a>(entry: &Listed<'a>) -> &'a SheetSpec {
    match entry {
        Listed::Drawn(sheets) => sheets[0].spec,
        Listed::Missing { spec, .. } => spec,
    }
}

fn parts_of<'a>(specs: impl Iterator<Item = &'a SheetSpec>) -> Vec<&'a str> {
    let mut parts: Vec<&str> = Vec::new();
    for spec in specs {
        if !parts.contains(&spec.part.as_str()) {
            parts.push(&spec.part);
        }
    }
    parts
}

/// The list of sheets: those drawn in the order of their pages, those missing where their number belongs.
fn list(sheets: &[(String, SheetLayout)], entries: &[Listed], first: usize) -> Vec<ListedSheet> {
    let drawn = sheets.iter().enumerate().map(|(at, (part, layout))| ListedSheet {
        number: layout.number.clone(),
        title: layout.title.clone(),
        part: part.clone(),
        denominator: Some(layout.view.denominator),
        page: Some(first + at + 1),
        missing: None,
    });
    let missing = entries.iter().filter_map(|entry| match entry {
        Listed::Drawn(_) => None,
        Listed::Missing { spec, reason } => Some(ListedSheet {
            number: spec.number.clone(),
            title: spec.title.clone(),
            part: spec.part.clone(),
            denominator: None,
            page: None,
            missing: Some(reason.clone()),
        }),
    });
    let mut listed: Vec<ListedSheet> = drawn.chain(missing).collect();
    let parts = parts_of(entries.iter().map(spec_of));
    listed.sort_by(|a, b| {
        let place = |sheet: &ListedSheet| parts.iter().position(|part| *part == sheet.part);
        (place(a), &a.number).cmp(&(place(b), &b.number))
    });
    listed
}

impl AtlasDraft {
    /// Writes cover, list and sheets as PDF.
    ///
    /// # Errors
    /// If a character is in no font: named with its code, the text and the sheet.
    pub fn write_pdf(&self) -> Result<Vec<u8>> {
        let front = self.front.iter().enumerate().map(|(at, canvas)| PdfPage {
            canvas,
            part: "",
            name: match at {
                0 => "封面".to_owned(),
                1 => "图纸目录".to_owned(),
                _ => format!("图纸目录（{at}）"),
            },
        });
        let pages: Vec<PdfPage> = front.chain(self.sheets.iter().map(page_of)).collect();
        pdf::write_pdf(&pages, &self.title, self.author.iter().cloned().collect(), &self.faces)
    }

    /// Writes one sheet as a PDF of its own (单幅), by its place among [`sheets`](Self::sheets).
    ///
    /// # Errors
    /// As [`write_pdf`](Self::write_pdf); or if there is no such sheet.
    pub fn write_sheet(&self, at: usize) -> Result<Vec<u8>> {
        let sheet = self.sheets.get(at).context("没有这一张图 | there is no such sheet")?;
        let page = page_of(sheet);
        let title = page.name.clone();
        pdf::write_pdf(&[page], &title, self.author.iter().cloned().collect(), &self.faces)
    }
}

fn page_of((part, layout): &(String, SheetLayout)) -> PdfPage<'_> {
    PdfPage { canvas: &layout.canvas, part, name: format!("{} {}", layout.number, layout.title) }
}
