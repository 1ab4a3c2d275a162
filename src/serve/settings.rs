//! Run settings: what a run rests on beside its question. Every execution takes them as inputs, whatever the process:
//! the rule profile, single figures set by hand, the scenario.

use fireplan_engine::scenario::apply_kept;
use std::sync::Arc;

use anyhow::Result;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::error::{HttpResult, Problem, refuse_unfit};
use crate::state::{AppState, write_hex};
use fireplan_model::area::StudyArea;
use fireplan_model::message::explain;
use fireplan_model::rows::unit_of;
use fireplan_model::rules;
use fireplan_model::rules::{Choice, NATIONAL, RuleProfile, Rules};
use fireplan_model::scenario::KeptScenario;
use fireplan_store::StoreError;

/// What a run rests on beside its question, by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// `national`, or a profile's name.
    pub profile: String,
    /// `key=value`, in the order given; the last of a key holds.
    pub set: Vec<String>,
    /// Day of assessment, e.g. `2026-06-30`; `None`: nothing is told to be overdue.
    pub as_of: Option<String>,
    /// Name in the store; `None`: the area as it is.
    pub scenario: Option<String>,
    /// Which revision of the scenario was asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario_revision: Option<i64>,
    /// The question is asked again with every unverified figure at both ends of its range, and the headline tells what it hangs on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitivity: bool,
}

/// What a run computes on: the area and the rules that its settings name.
#[derive(Clone)]
pub struct RunInputs {
    /// The names of what was chosen.
    pub settings: Settings,
    /// The area, with the changes of the scenario.
    pub area: Arc<StudyArea>,
    /// The rules of the profile, with what was set by hand.
    pub rules: Arc<Rules>,
}

impl RunInputs {
    /// Digest of everything an answer depends on beside the question.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(digest_data(&self.area));
        let rules = serde_json::to_string(&self.rules.in_force());
        hasher.update(rules.expect("the rules are plain data"));
        hasher.update(self.rules.choice.as_of.as_deref().unwrap_or_default());
        if let Some(scenario) = &self.area.scenario {
            hasher.update(serde_json::to_string(scenario).expect("a scenario is plain data"));
        }
        if let Some(applied) = &self.area.applied {
            hasher.update(&applied.title.zh);
        }
        if self.settings.sensitivity {
            hasher.update("sensitivity");
        }
        write_hex(&hasher.finalize())
    }
}

/// Digest of the files that an area was read from, whatever scenario is applied to it.
pub(crate) fn digest_data(area: &StudyArea) -> String {
    let mut hasher = Sha256::new();
    hasher.update(&area.name);
    for source in &area.sources {
        hasher.update(&source.source);
        hasher.update(&source.sha256);
    }
    write_hex(&hasher.finalize())
}

impl Settings {
    /// Overrides these settings with `profile`, `set`, `as_of`, `scenario` and `sensitivity` from the inputs, and removes them
    /// there.
    pub fn override_with(mut self, inputs: &mut Map<String, Value>) -> HttpResult<Self> {
        let wrong = |name: &str, value: &Value, wanted: &str| {
            Problem::bad(format!("参数 {name}={value} 无效，应为 {wanted} | Input {name}={value} is not {wanted}"))
        };
        match inputs.remove("profile") {
            None | Some(Value::Null) => {}
            Some(Value::String(name)) => self.profile = name,
            Some(value) => return Err(wrong("profile", &value, "string")),
        }
        for (name, setting) in [("scenario", &mut self.scenario), ("as_of", &mut self.as_of)] {
            match inputs.remove(name) {
                None => {}
                Some(Value::Null) => *setting = None,
                Some(Value::String(text)) => *setting = Some(text).filter(|text| !text.is_empty()),
                Some(value) => return Err(wrong(name, &value, "string")),
            }
        }
        self.scenario_revision = None;
        match inputs.remove("sensitivity") {
            None | Some(Value::Null) => {}
            Some(Value::Bool(wanted)) => self.sensitivity = wanted,
            Some(value) => return Err(wrong("sensitivity", &value, "true, false")),
        }
        match inputs.remove("set") {
            None | Some(Value::Null) => {}
            Some(Value::Array(list)) => {
                let texts = list.iter().map(|value| {
                    let text = value.as_str().filter(|text| text.contains('='));
                    text.map(str::to_owned).ok_or_else(|| wrong("set", value, "[\"response.time_min=6\", …]"))
                });
                self.set = texts.collect::<HttpResult<_>>()?;
            }
            Some(value) => return Err(wrong("set", &value, "[\"response.time_min=6\", …]")),
        }
        Ok(self)
    }

    fn overrides(&self) -> Vec<(String, String)> {
        let pairs = self.set.iter().filter_map(|text| text.split_once('='));
        pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
    }
}

/// A profile that can be asked for.
struct OfferedProfile {
    name: String,
    title: String,
    /// `None`: the national pack as it is.
    profile: Option<RuleProfile>,
}

/// The national pack, the profiles that come with the program, and the one the server was started with.
fn list_profiles(state: &AppState) -> Result<Vec<OfferedProfile>> {
    let title = rules::about_national()?.title;
    let mut all = vec![OfferedProfile { name: NATIONAL.to_owned(), title, profile: None }];
    for (name, about) in rules::profiles()? {
        all.push(OfferedProfile { profile: Some(RuleProfile::Supplied(name.clone())), name, title: about.title });
    }
    // A profile of the user's own is known by its file; over the service only its name is used, never a path.
    if let Some(profile @ RuleProfile::Own { .. }) = &state.rules.choice.profile {
        let name = profile.name();
        let title = state.rules.packs.last().map_or_else(|| name.clone(), |about| about.title.clone());
        all.retain(|offered| offered.name != name);
        all.push(OfferedProfile { name, title, profile: Some(profile.clone()) });
    }
    Ok(all)
}

/// Name and schema of each setting, for the description of every process; no analysis may have a parameter of such a name.
pub(crate) fn describe_settings(state: &AppState) -> HttpResult<Vec<(String, Value)>> {
    let start = state.settings_at_start();
    let profiles: Vec<Value> = list_profiles(state)?
        .into_iter()
        .map(|offered| json!({ "const": offered.name, "title": offered.title }))
        .collect();
    let stored = state.store.list()?;
    let scenarios = stored.iter().map(|stored| json!({ "const": stored.scenario.name, "title": stored.scenario.name }));
    let known = list_figures(&state.rules).into_iter().chain([json!({ "pattern": "^[^=]+=.+$" })]);
    Ok(vec![
        (
            "profile".to_owned(),
            json!({
                "description": "规则 | Rules", "type": "string", "oneOf": profiles, "default": start.profile,
            }),
        ),
        (
            "scenario".to_owned(),
            json!({
                "description": "方案(不选即现状) | Scenario; none: the area as it is",
                "anyOf": [{ "type": "string", "oneOf": scenarios.collect::<Vec<_>>() }, { "type": "null" }],
                "default": Value::Null,
            }),
        ),
        (
            "set".to_owned(),
            json!({
                "description": "临时修改的标准值(从列表选择，再填数值) | Set by hand (rule key = figure)", "type": "array",
                "items": { "type": "string", "anyOf": known.collect::<Vec<_>>() },
                "default": start.set,
            }),
        ),
        (
            "as_of".to_owned(),
            json!({
                "description": "评估日期，判断逾期用 | Day of assessment, to tell what is overdue",
                "type": ["string", "null"], "format": "date", "default": start.as_of,
            }),
        ),
        (
            "sensitivity".to_owned(),
            json!({
                "description": "检验稳健性：未核实的数值逐一取合理范围两端再算（较慢） | Test robustness: ask again with each unverified figure at both ends of its range (slow)",
                "type": "boolean", "default": start.sensitivity,
            }),
        ),
    ])
}

/// The beginnings of what `set` can say: every entry that is a single figure, with what is in force.
fn list_figures(rules: &Rules) -> Vec<Value> {
    // What is set by hand holds everywhere; what stands there now is what holds where no town is named.
    let everywhere = || rules.entries.iter().filter(|entry| entry.towns.is_empty());
    let of_key = |key: &str| everywhere().filter(|entry| entry.key == key).count();
    // The name of a figure ends in its unit.
    let figures = everywhere().filter(|entry| !unit_of(&entry.key).is_empty() && of_key(&entry.key) == 1);
    figures
        .map(|entry| {
            let title = format!("{} {} | {} {}", entry.label.zh, entry.value.zh, entry.label.en, entry.value.en);
            json!({ "const": format!("{}=", entry.key), "title": title })
        })
        .collect()
}

/// Number of changed areas in the cache, beside those that jobs hold.
const CHANGED_AREAS: u64 = 4;

/// Areas with scenarios applied, by the scenario as JSON and its revision: an edit is checked, run and followed on the same one.
pub struct ChangedAreas(Cache<String, Arc<StudyArea>>);

impl Default for ChangedAreas {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(CHANGED_AREAS).eviction_policy(EvictionPolicy::lru()).build())
    }
}

impl ChangedAreas {
    fn get_or_apply(&self, kept: &KeptScenario, area: &StudyArea) -> HttpResult<Arc<StudyArea>> {
        let key = serde_json::to_string(&(kept, kept.revision))?;
        let apply = || apply_kept(kept, area).map(Arc::new).map_err(|error| refuse_unfit(&error));
        let changed = self.0.try_get_with(key, apply).map_err(Arc::unwrap_or_clone)?;
        // Areas are large, so those over the number are dropped now; the cache by itself would drop them later.
        self.0.run_pending_tasks();
        Ok(changed)
    }
}

impl AppState {
    /// What the server was started with: holds where an execution does not say otherwise.
    pub fn settings_at_start(&self) -> Settings {
        let Choice { set, .. } = &self.rules.choice;
        let set = set.iter().map(|(key, value)| format!("{key}={value}")).collect();
        Settings {
            profile: self.rules.choice.name(),
            set,
            as_of: self.rules.choice.as_of.clone(),
            scenario: None,
            scenario_revision: None,
            sensitivity: false,
        }
    }

    /// The area and the rules that the server was started with.
    pub fn run_inputs_at_start(&self) -> RunInputs {
        RunInputs { settings: self.settings_at_start(), area: self.area.clone(), rules: self.rules.clone() }
    }

    /// The area and rules that the settings mean.
    pub async fn run_inputs(&self, settings: Settings) -> HttpResult<RunInputs> {
        let state = self.clone();
        self.compute(move || {
            let settings = state.with_profile_code(settings)?;
            let rules = state.rules_of(&settings)?;
            let (area, scenario_revision) = state.area_of(&settings)?;
            let settings = Settings { scenario_revision, ..settings };
            Ok(RunInputs { settings, area, rules })
        })
        .await
    }

    /// The area with the changes of the scenario that the settings name, and the revision of it.
    fn area_of(&self, settings: &Settings) -> HttpResult<(Arc<StudyArea>, Option<i64>)> {
        let Some(name) = &settings.scenario else { return Ok((self.area.clone(), None)) };
        let stored = self.store.get(name).map_err(|error| match error {
            // 400, not 404: the unknown scenario is an input, not the resource in the path.
            StoreError::Missing(_) => Problem::bad(error.to_string()),
            error => error.into(),
        })?;
        let revision = Some(stored.revision);
        Ok((self.changed_area(&stored.into())?, revision))
    }

    /// The area with the changes of a scenario; edits that do not apply are refused.
    pub fn changed_area(&self, kept: &KeptScenario) -> HttpResult<Arc<StudyArea>> {
        if kept.scenario.edits.is_empty() {
            return Ok(self.area.clone());
        }
        self.changed_areas.get_or_apply(kept, &self.area)
    }

    /// The same settings with the code of the profile, which may be asked for by its title or usual name. The names that are
    /// offered here go first: a user's own profile may be called so.
    fn with_profile_code(&self, settings: Settings) -> HttpResult<Settings> {
        if list_profiles(self)?.iter().any(|offered| offered.name == settings.profile) {
            return Ok(settings);
        }
        let code = rules::find_profile(&settings.profile)?;
        Ok(Settings { profile: code.unwrap_or(settings.profile), ..settings })
    }

    /// The rules that the settings mean.
    pub(crate) fn rules_of(&self, settings: &Settings) -> HttpResult<Arc<Rules>> {
        let start = self.settings_at_start();
        if (&settings.profile, &settings.set, &settings.as_of) == (&start.profile, &start.set, &start.as_of) {
            return Ok(self.rules.clone());
        }
        let all = list_profiles(self)?;
        let Some(offered) = all.iter().find(|offered| offered.name == settings.profile) else {
            let (wrong, names) = (&settings.profile, all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>());
            let titled: Vec<String> = all.iter().map(|one| format!("{}({})", one.title, one.name)).collect();
            let (titled, names) = (titled.join("、"), names.join(", "));
            return Err(Problem::bad(format!(
                "没有规则 profile={wrong}，可用：{titled} | There is no profile {wrong}; there are: {names}"
            )));
        };
        let rules = Rules::load_choice(Choice {
            profile: offered.profile.clone(),
            set: settings.overrides(),
            as_of: settings.as_of.clone(),
        });
        rules.map(Arc::new).map_err(|error| {
            let why = explain(&error);
            Problem::bad(format!("规则无法采用：{} | Rules: {}", why.zh, why.en))
        })
    }
}
