//! One file per question. An analysis is a struct whose fields are its parameters; running it is pure and deterministic.
//!
//! To add one: a file here and its line in [`Request`]. Command line flags, the process
//! description, the web form, layers and legend follow from the struct and its doc comments.

pub mod access;
pub mod brigades;
pub mod coverage;
pub mod crews;
pub mod driving;
pub mod firebreaks;
pub mod hydrants;
pub mod limits;
pub mod places;
pub mod reach;
pub mod siting;
pub mod towns;
pub mod water;

use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Subcommand;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::area::{LayerId, StudyArea};
use crate::findings::{Findings, Input, Manifest};
use crate::rows::Label;
use crate::rules::Rules;

/// What an analysis may look at.
pub struct Context<'a> {
    pub area: &'a StudyArea,
    pub rules: &'a Rules,
    pub progress: &'a dyn Progress,
}

impl Context<'_> {
    /// A new part of the work begins; an error where nobody waits for it any more.
    pub fn begin(&self, zh: &str, en: &str) -> Result<()> {
        self.progress.stage(&Label::new(zh, en), 0);
        if self.progress.cancelled() { bail!("cancelled") } else { Ok(()) }
    }
}

/// Refuses a parameter that the form would not offer either.
pub fn check_within(name: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    bail!("{name} is {value}; it must be between {low} and {high}")
}

/// Told how far a run is, and asked whether to stop.
pub trait Progress: Sync {
    /// A new stage of `steps` steps begins (0: not known).
    fn stage(&self, label: &Label, steps: u64);
    fn step(&self, steps: u64);
    /// Nobody waits for the answer any more.
    fn cancelled(&self) -> bool;
    /// Whoever waits wants the best found so far, now.
    fn settled(&self) -> bool {
        false
    }
}

/// For runs that nobody watches.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &Label, _: u64) {}
    fn step(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        false
    }
}

pub trait Analysis {
    /// Layers without which the question has no answer.
    fn needs(&self) -> &'static [LayerId];
    /// Whether it searches, and can be told to end with the best found so far ([`Progress::settled`]).
    fn settles(&self) -> bool {
        false
    }
    /// Whether it can be followed ([`live`](Self::live)) while stations are moved.
    fn is_live(&self) -> bool {
        false
    }
    /// Answers the question on this area, to be asked again under scenarios much sooner than by whole runs.
    fn live(&self, _area: Arc<StudyArea>, _rules: Arc<Rules>) -> Result<Box<dyn Live>> {
        bail!("it has no other form than the whole run")
    }
    /// The question whose figures tell what a plan of this one comes to; `None`: its own.
    fn judged_by(&self) -> Option<&'static str> {
        None
    }
    fn run(&self, context: &Context) -> Result<Findings>;
}

/// A question that is asked again and again while a scenario is drawn.
pub trait Live: Send {
    /// What the question comes to on the area as it was, and as it is under a scenario: the figures of the whole run, and of the
    /// layers at least every feature that moves to another class.
    fn follow(&mut self, changed: &StudyArea) -> Result<[Findings; 2]>;
}

/// Declares the questions: each line names the variant, the module, which is also the id, and the struct.
macro_rules! requests {
    ($( $variant:ident($module:ident::$question:ident), )*) => {
        /// Every question there is, in alphabetical order.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, Subcommand)]
        #[serde(tag = "analysis", rename_all = "snake_case")]
        pub enum Request {
            $( $variant($module::$question), )*
        }

        impl Request {
            fn analysis(&self) -> &dyn Analysis {
                match self {
                    $( Self::$variant(analysis) => analysis, )*
                }
            }

            /// Every question with its default parameters.
            pub fn all() -> Vec<Self> {
                vec![$( Self::$variant($module::$question::default()), )*]
            }

            /// Name in commands, paths and file names, e.g. `coverage`.
            pub fn id(&self) -> &'static str {
                match self {
                    $( Self::$variant(_) => stringify!($module), )*
                }
            }

            /// Title and one-sentence description, for people.
            pub fn about(&self) -> (Label, Label) {
                match self {
                    $( Self::$variant(_) => ($module::TITLE.into(), $module::QUESTION.into()), )*
                }
            }

            /// JSON schema of the parameters of this question; defaults and descriptions (`中文 | English`) included.
            pub fn schema(&self) -> schemars::Schema {
                match self {
                    $( Self::$variant(_) => schemars::schema_for!($module::$question), )*
                }
            }
        }
    };
}

requests! {
    Access(access::Access),
    Brigades(brigades::Brigades),
    Coverage(coverage::Coverage),
    Firebreaks(firebreaks::Firebreaks),
    Hydrants(hydrants::Hydrants),
    Siting(siting::Siting),
    Water(water::WaterSupply),
}

impl Request {
    /// The question `id` with these parameters; missing ones take their defaults.
    pub fn from_parts(id: &str, mut parameters: serde_json::Map<String, serde_json::Value>) -> Result<Self> {
        if !Self::all().iter().any(|request| request.id() == id) {
            bail!("there is no analysis '{id}'; there are: {}", Self::ids().join(", "));
        }
        parameters.insert("analysis".to_owned(), id.into());
        serde_json::from_value(parameters.into()).map_err(|error| anyhow::anyhow!("{id}: {error}"))
    }

    pub fn ids() -> Vec<&'static str> {
        Self::all().iter().map(Self::id).collect()
    }

    /// See [`Analysis::settles`].
    pub fn settles(&self) -> bool {
        self.analysis().settles()
    }

    /// See [`Analysis::is_live`].
    pub fn is_live(&self) -> bool {
        self.analysis().is_live()
    }

    /// See [`Analysis::live`].
    pub fn live(&self, area: Arc<StudyArea>, rules: Arc<Rules>) -> Result<Box<dyn Live>> {
        self.analysis().live(area, rules)
    }

    /// See [`Analysis::judged_by`].
    pub fn judged_by(&self) -> Option<&'static str> {
        self.analysis().judged_by()
    }

    /// The layers this question needs and the area lacks.
    pub fn lacks(&self, area: &StudyArea) -> Vec<LayerId> {
        self.analysis().needs().iter().copied().filter(|layer| !area.has(*layer)).collect()
    }

    /// Answers the question, or says which layers are missing.
    pub fn run(&self, context: &Context) -> Result<Findings> {
        let lacks = self.lacks(context.area);
        if !lacks.is_empty() {
            let code = |layers: &[LayerId]| layers.iter().map(|layer| layer.code()).collect::<Vec<_>>().join(", ");
            bail!(
                "{} needs the layers {}; this area has {}. Name a source for the missing ones in area.toml.",
                self.id(),
                code(&lacks),
                code(&context.area.present())
            );
        }
        let mut findings = self.analysis().run(context)?;
        findings.manifest = self.manifest(context.area, context.rules);
        let mut notes = context.area.notes.clone();
        notes.extend(context.rules.notes.iter().cloned());
        notes.append(&mut findings.notes);
        findings.notes = notes;
        Ok(findings)
    }

    fn manifest(&self, area: &StudyArea, rules: &Rules) -> Manifest {
        Manifest {
            program: concat!("fireplan ", env!("CARGO_PKG_VERSION")).to_owned(),
            area: area.name.clone(),
            synthetic: area.synthetic,
            crs: area.plane.name().to_owned(),
            request: serde_json::to_value(self).expect("a request is plain data"),
            profile: rules.choice.name(),
            set: rules.choice.set.iter().map(|(key, value)| format!("{key}={value}")).collect(),
            scenario: area.scenario.clone(),
            rules: rules.in_force(),
            inputs: area
                .sources
                .iter()
                .map(|source| Input { source: source.source.clone(), sha256: source.sha256.clone() })
                .collect(),
        }
    }
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self::parse(text)
    }
}
