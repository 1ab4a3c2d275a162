//! The catalogue: every question there is, by its name. Nothing below imports it.
//!
//! To add a question: its folder in [`analyses`](crate::analyses) and its line in [`Request`]. Command line flags, the process
//! description, the web form, layers and legend follow from the struct and its doc comments.

pub mod schema;

use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};

use crate::analyses::*;
use crate::analysis::{Analysis, Context, Live};
use crate::default_answers;
use crate::proposals::anchor_proposals;
use crate::responsible::assign_responsible;
use crate::scenario;
use crate::spread::tell_spread;
use crate::today::{NamedQuestion, hold_figures};
use crate::town_rules::note_town_entries;
use fireplan_model::area::StudyArea;
use fireplan_model::findings::{Findings, Input, Manifest};
use fireplan_model::layers::LayerId;
use fireplan_model::method::MethodConstant;
use fireplan_model::network;
use fireplan_model::rows::Label;
use fireplan_model::rules::Rules;

/// Declares the questions: each line names the variant, the module, which is also the id, and the struct.
macro_rules! requests {
    ($( $variant:ident($module:ident::$question:ident), )*) => {
        /// Every question there is, in alphabetical order.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "analysis", rename_all = "snake_case")]
        #[expect(missing_docs, reason = "each variant is one question, which its struct documents")]
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

            /// JSON schema of the parameters of this question; defaults and descriptions (`中文 | English`) included. It refers
            /// to nothing outside each parameter's own schema.
            pub fn schema(&self) -> schemars::Schema {
                let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
                let generator = settings.into_generator();
                match self {
                    $( Self::$variant(_) => generator.into_root_schema_for::<$module::$question>(), )*
                }
            }
        }
    };
}

requests! {
    Access(access::FireAccess),
    Brigades(brigades::Brigades),
    Coverage(coverage::Coverage),
    Firebreaks(firebreaks::Firebreaks),
    Hydrants(hydrants::Hydrants),
    Obligations(obligations::Obligations),
    Programme(programme::Programme),
    Progress(progress::PlanProgress),
    Siting(siting::Siting),
    Water(water::WaterSupply),
}

impl Request {
    /// The question `id` with these parameters, each of which fits its schema; missing ones take their defaults.
    pub fn from_parts(id: &str, mut parameters: serde_json::Map<String, serde_json::Value>) -> Result<Self> {
        let Some(question) = Self::all().into_iter().find(|request| request.id() == id) else {
            let known = Self::ids().join(", ");
            bail!("没有名为“{id}”的分析；有 {known} | there is no analysis '{id}'; there are: {known}");
        };
        schema::check_inputs(&question, &parameters)?;
        parameters.insert("analysis".to_owned(), id.into());
        serde_json::from_value(parameters.into()).with_context(|| format!("分析 {id} 的参数 | the parameters of {id}"))
    }

    /// Every question with its default parameters, those that read the answers of others after these.
    pub fn all_in_turn() -> Vec<Self> {
        let (others, readers): (Vec<Self>, Vec<Self>) =
            Self::all().into_iter().partition(|request| !request.analysis().reads_answers());
        [others, readers].concat()
    }

    /// The names of all questions, in the order of commands and pages.
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
        self.check()?;
        let manifest = self.manifest(&area, &rules);
        Ok(Box::new(WithManifest { live: self.analysis().live(area, rules)?, request: self.clone(), manifest }))
    }

    /// See [`Analysis::judged_by`].
    pub fn judged_by(&self) -> Option<&'static str> {
        self.analysis().judged_by()
    }

    /// See [`Analysis::reads`].
    pub fn reads(&self) -> &'static [LayerId] {
        self.analysis().reads()
    }

    /// See [`Analysis::rules`]; the spread beyond which a figure decides nothing is read for every figure.
    pub fn rules(&self) -> Vec<&'static str> {
        let mut rules = [self.analysis().rules(), vec!["headline.spread_percent"]].concat();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// See [`Analysis::needs`].
    pub fn needs(&self) -> &'static [LayerId] {
        self.analysis().needs()
    }

    /// The layers this question needs and the area lacks.
    pub fn lacks(&self, area: &StudyArea) -> Vec<LayerId> {
        self.analysis().needs().iter().copied().filter(|layer| !area.has(*layer)).collect()
    }

    /// Refuses parameters outside their schema, also where the question was made in Rust and never was JSON.
    fn check(&self) -> Result<()> {
        let mut parameters = match serde_json::to_value(self)? {
            serde_json::Value::Object(parameters) => parameters,
            _ => serde_json::Map::new(),
        };
        parameters.remove("analysis");
        schema::check_inputs(self, &parameters)
    }

    /// Answers the question, or says which parameter is out of its range or which layers are missing.
    pub fn run(&self, context: &Context) -> Result<Findings> {
        self.check()?;
        let lacks = self.lacks(context.area);
        if !lacks.is_empty() {
            let code = |layers: &[LayerId]| layers.iter().map(|layer| layer.code()).collect::<Vec<_>>().join(", ");
            let label = |layers: &[LayerId]| {
                let named = layers.iter().map(|layer| format!("{}({})", layer.label().zh, layer.code()));
                named.collect::<Vec<_>>().join("、")
            };
            let (id, title, present) = (self.id(), self.about().0.zh, context.area.present());
            bail!(
                "{title}({id})缺少图层 {}；本区有 {}。请在 area.toml 中为所缺图层指定数据源 | \
                 {id} needs the layers {}; this area has {}. Name a source for the missing ones in area.toml.",
                label(&lacks),
                label(&present),
                code(&lacks),
                code(&present)
            );
        }
        let mut findings = self.analysis().run(context)?;
        // What other questions take from this answer is complete.
        assign_responsible(&mut findings, context);
        let is_default = Self::all().contains(self);
        let named = NamedQuestion { question: self.analysis(), name: self.id(), is_default };
        named.keep_today(context, &findings);
        named.hold_against_today(context, &mut findings)?;
        if is_default {
            default_answers::keep(context, self.id(), &findings);
        }
        Ok(self.finish(context, findings))
    }

    /// Says of findings what they rest on and who is responsible, and holds their checks against the day of assessment.
    pub fn finish(&self, context: &Context, mut findings: Findings) -> Findings {
        assign_responsible(&mut findings, context);
        if let Some(day) = &context.rules.choice.as_of {
            findings.checks.iter_mut().for_each(|check| check.hold_against(day));
        }
        for figure in &mut findings.figures {
            tell_spread(figure, context.rules);
        }
        findings.manifest = self.manifest(context.area, context.rules);
        anchor_proposals(&mut findings.proposals, context.area);
        let mut notes = context.area.notes.clone();
        notes.extend(context.rules.notes.iter().cloned());
        notes.extend(note_town_entries(context.rules, context.area, &self.rules()));
        notes.append(&mut findings.notes);
        findings.notes = notes;
        if let Some(applied) = &context.area.applied {
            findings.sign(applied);
        }
        findings
    }

    /// The constants of the method that the answer to this question rests on, by name: of the analysis, of the road network,
    /// of how the area was read and, under a scenario, of how that is applied.
    fn method(&self, area: &StudyArea) -> Vec<MethodConstant> {
        let mut method = [self.analysis().method(), network::method(), area.method.clone()].concat();
        if area.scenario.is_some() {
            method.extend(scenario::method());
        }
        method.sort_by(|a, b| a.name.cmp(&b.name));
        method
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
            as_of: rules.choice.as_of.clone(),
            scenario: area.scenario.clone(),
            scenario_references: area.applied.as_ref().map(|applied| applied.references.clone()).unwrap_or_default(),
            scenario_title: area.applied.as_ref().map(|applied| applied.title.clone()),
            rules: serde_json::to_value(rules.in_force()).expect("the rules are plain data"),
            method: self.method(area),
            inputs: area
                .sources
                .iter()
                .map(|source| Input { source: source.source.clone(), sha256: source.sha256.clone() })
                .collect(),
        }
    }
}

/// A question that is followed, whose answers say what they rest on.
struct WithManifest {
    live: Box<dyn Live>,
    request: Request,
    /// Of the area as it was when the question was first asked.
    manifest: Manifest,
}

impl Live for WithManifest {
    fn follow(&mut self, changed: &StudyArea) -> Result<[Findings; 2]> {
        let [mut before, mut after] = self.live.follow(changed)?;
        if let Some(scenario) = &changed.scenario {
            hold_figures(&mut after.figures, &before.figures, &scenario.edits);
        }
        before.manifest = self.manifest.clone();
        let (scenario, method) = (changed.scenario.clone(), self.request.method(changed));
        let scenario_title = changed.applied.as_ref().map(|applied| applied.title.clone());
        let scenario_references =
            changed.applied.as_ref().map(|applied| applied.references.clone()).unwrap_or_default();
        after.manifest = Manifest { scenario, scenario_references, scenario_title, method, ..self.manifest.clone() };
        Ok([before, after])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_model::layers::Layers;
    use fireplan_model::sketch;

    #[test]
    fn constants_of_the_method_have_one_name_and_a_reason_in_both_languages() {
        let mut area = sketch::area(Layers::default());
        area.scenario = Some(Arc::default());
        for request in Request::all() {
            let method = request.method(&area);
            let names: Vec<&str> = method.iter().map(|constant| constant.name.as_str()).collect();
            assert!(names.is_sorted_by(|a, b| a < b), "{}: {names:?}", request.id());
            for constant in &method {
                let told = |label: &Label| !label.zh.is_empty() && !label.en.is_empty() && label.zh != label.en;
                assert!(told(&constant.label) && told(&constant.reason), "{}", constant.name);
            }
        }
    }
}
