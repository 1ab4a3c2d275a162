//! fireplan answers, for one study area, the questions of a fire special plan (消防专项规划).
//!
//! A planner asks a *question* of an *area* under *rules*, and gets *findings*:
//!
//! | noun | is | lives in |
//! |---|---|---|
//! | [`StudyArea`](area::StudyArea) | what is there: typed layers in local metres, road network, rasters | [`area`] |
//! | [`Rules`](rules::Rules) | what is required: thresholds with clause, force and confidence | [`rules`], `data/rules/` |
//! | [`Request`](analyses::Request) | one question; an [`Analysis`](analyses::Analysis) is a struct whose fields are its parameters | [`analyses`] |
//! | [`Scenario`](scenario::Scenario) | proposed changes: ordered edits; area + scenario = new area | [`scenario`] |
//! | [`Comparison`](compare::Comparison) | what changes from one run to another | [`compare`] |
//! | [`Findings`](findings::Findings) | the answer: layers, tables, checks, key figures, notes on the data | [`findings`] |
//!
//! ```text
//!  CLI   cli ─────────────┐                                              ┌─ export::{geojson, gpkg, csv}
//!                         ├─ Request ── analyses::x ── algorithms::… ─ Findings ─┤
//!  HTTP  server/processes ┘    ▲           ▲                             └─ export::tile ── web/
//!             StudyArea (Arc) ─┘           └─ Rules (national + profile)
//!              ▲ area::open ◄─ files          ▲ data/rules/*.toml
//!              └─ Scenario::apply(edits)
//! ```
//!
//! Invariants:
//!
//! 1. [`algorithms`] names no fire term, reads no rule, touches no file. [`analyses`] touches no HTTP, no JSON text, no colour.
//! 2. All computing is in local metres; only [`area::plane`] converts. Nothing is measured in degrees or web map metres.
//! 3. No threshold of a standard or policy in code, style or page: it is an entry of `data/rules/` with its clause. A
//!    number in `analyses/` is a parameter's default: a choice of method.
//! 4. The network is the truth; polygons are views of it and may not contradict it. Every coverage run audits itself.
//! 5. Missing data gives 待核 (undetermined), never a silent yes or no. What could not be placed is left out, counted, listed.
//! 6. Same inputs, same bytes: ordered output, seeded randomness, no wall clock inside findings.
//! 7. A new analysis = one file and its lines in [`analyses::Request`].
//! 8. Server state is `Arc<StudyArea>`; handlers do no computing on the async threads.

pub mod analyses;
pub mod analysis;
pub mod compare;
pub mod request;
pub mod response;
pub mod scenario;
pub mod towns;
