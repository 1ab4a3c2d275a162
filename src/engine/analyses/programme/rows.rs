//! Rows of the layer and the tables.

use std::collections::{BTreeMap, BTreeSet};

use geo::Geometry;

use super::adopted::{Promise, ToldGains};
use super::choose::ChosenStage;
use super::gather::{GatheredProjects, PlaceBenefit};
use fireplan_model::findings::{GainedState, ProposedProject, Readiness};
use fireplan_model::layers::ProjectKind;
use fireplan_model::row;
use fireplan_model::rows::{IfAny, Label};
use fireplan_model::rules::{InForce, Rules};
use fireplan_model::scenario::Edits;

row! {
    /// 建设项目库 | Projects
    pub struct ProgrammeProject {
        geometry: Geometry,
        /// 次序(入选项目按建设先后，其余按每万元受益在后) | Order: those chosen as they are built, then the others by what they give for their money
        rank: u32,
        /// 项目 | Project
        name: Label,
        /// 类别 | Kind
        kind: ProjectKind,
        /// 乡镇街道 | Town
        town: String,
        /// 列入第几期 | Stage
        stage: IfAny<u32>,
        /// 费用 | Cost
        cost_wan_yuan: Option<f64>,
        /// 入选项目累计费用 | Cost so far of those chosen
        total_wan_yuan: IfAny<f64>,
        /// 受益(人·项；须同时实施的为各项合计，不可相加) | People times states gained; of what serves only together, by all of it
        gained_states: f64,
        /// 受益情况 | What they gain
        effect: Label,
        /// 须同时实施的项目 | Serves only together with
        depends_on: String,
        /// 互斥项目(只建其一) | Of these and this, one is built
        excludes: String,
        /// 前提 | What has to come first
        readiness: Readiness,
        /// 文件或条文要求必建 | Obliged
        obliged: bool,
        /// 依据 | Clause
        cite: Label,
        /// 期限 | Due
        due: Label,
        /// 责任单位 | Responsible
        lead: String,
        /// 单价 | Unit cost
        unit_cost: Label,
        /// 项目编号 | Id
        source_id: String,
        /// 作为方案 | As a scenario
        edits: Edits,
    }
}

row! {
    /// 各期投资方案 | Stages
    pub struct ProgrammeStage {
        geometry: (),
        /// 期次 | Stage
        stage: u32,
        /// 年份 | Year
        year: IfAny<u32>,
        /// 累计投资上限 | Money by then
        budget_wan_yuan: f64,
        /// 累计费用 | Cost by then
        total_wan_yuan: f64,
        /// 本期项目 | Projects of the stage
        projects: u32,
        /// 累计项目 | Projects by then
        all_projects: u32,
        /// 累计受益人口(作为方案采用即得，每人只计一次) | People who gain anything by the scenario of the stage, each once
        gained_people: f64,
        /// 累计受益(人·项，作为方案采用即得) | People times states gained by the scenario of the stage
        gained_states: f64,
        /// 其中时限内有车到场 | Of them an engine in time
        in_time_people: f64,
        /// 其中普通消防车可达 | Of them a way for a standard truck
        truck_people: f64,
        /// 其中消防供水达标 | Of them enough water
        water_people: f64,
        /// 其中消火栓水带可达 | Of them a hydrant within reach
        hydrant_people: f64,
        /// 另有受益人口(不能作为方案采用的项目，按比选计，未计入) | People who would gain beside by projects that are no edits, as weighed, not counted in
        unsaid_people: f64,
        /// 另有受益情况(未计入) | What they would gain, not counted in
        unsaid_effect: Label,
        /// 另有林缘有达标阻隔(未计入) | Firebreaks on facing edges, not counted in
        firebreak_people: f64,
        /// 距同额投资最优的差距上限(按权重分) | At most so far from the best for the money, by weights
        gap_percent: f64,
        /// 本期项目名单 | Names of the projects of the stage
        names: String,
    }
}

row! {
    /// 文件要求必建的项目 | What must be built
    pub struct ObligedProject {
        geometry: (),
        /// 次序(期限早、费用低在前) | Order: what is due first, the cheaper first
        rank: u32,
        /// 项目 | Project
        name: Label,
        /// 类别 | Kind
        kind: ProjectKind,
        /// 乡镇街道 | Town
        town: String,
        /// 费用 | Cost
        cost_wan_yuan: Option<f64>,
        /// 累计费用 | Cost so far
        total_wan_yuan: f64,
        /// 期限 | Due
        due: Label,
        /// 责任单位 | Responsible
        lead: String,
        /// 依据 | Clause
        cite: Label,
        /// 列入第几期 | Stage
        stage: IfAny<u32>,
    }
}

/// What projects bring about: people by state, and people each once.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Gained {
    pub by_state: BTreeMap<GainedState, f64>,
    pub people: f64,
    /// Places that gain something and whose people nobody has counted.
    pub uncounted_places: usize,
}

impl Gained {
    /// People times states.
    pub(super) fn states(&self) -> f64 {
        self.by_state.values().sum::<f64>().round()
    }

    pub(super) fn of_state(&self, state: GainedState) -> f64 {
        self.by_state.get(&state).copied().unwrap_or(0.0).round()
    }

    /// Of these benefits.
    pub(super) fn of<'a>(benefits: impl Iterator<Item = &'a PlaceBenefit>) -> Self {
        let mut gained = Self::default();
        let mut places: BTreeMap<&str, Option<f64>> = BTreeMap::new();
        for benefit in benefits {
            *gained.by_state.entry(benefit.state).or_default() += benefit.people.unwrap_or(0.0);
            let people = places.entry(&benefit.place).or_default();
            *people = benefit.people.map_or(*people, |more| Some(people.unwrap_or(0.0).max(more)));
        }
        gained.people = places.values().flatten().sum::<f64>().round();
        gained.uncounted_places = places.values().filter(|people| people.is_none()).count();
        gained
    }

    /// With the people who get a hydrant within reach counted as the key figure counts them: whole people without one as it stands,
    /// less whole people without one then.
    fn counted_whole(mut self, without_hydrant: f64) -> Self {
        if let Some(people) = self.by_state.get_mut(&GainedState::Hydrant) {
            let whole = without_hydrant.round() - (without_hydrant - *people).round();
            self.people += whole - people.round();
            *people = whole;
        }
        self
    }

    /// Once these projects are built.
    pub(super) fn by(gathered: &GatheredProjects, built: &[u32]) -> Self {
        let built: BTreeSet<u32> = built.iter().copied().collect();
        Self::of(gathered.benefits.iter().filter(|benefit| GatheredProjects::is_had(benefit, &built)))
    }

    /// `普通消防车可达 3419 人、消防供水达标 20 人`, who of them gains several states, and what nobody has counted.
    pub(super) fn told(&self) -> Label {
        let counted = || self.by_state.iter().filter(|(_, people)| **people > 0.0);
        let states = || counted().map(|(state, people)| (state.label(), people.round()));
        let mut zh: Vec<String> = states().map(|(state, people)| format!("{} {people} 人", state.zh)).collect();
        let mut en: Vec<String> =
            states().map(|(state, people)| format!("{}: {people}", state.en.to_lowercase())).collect();
        if self.states() > self.people {
            let twice = self.states() - self.people;
            zh.push(format!("其中 {twice} 人次为同一人的另一项改善"));
            en.push(format!("{twice} of them are further gains of the same people"));
        }
        if self.uncounted_places > 0 {
            let count = self.uncounted_places;
            zh.push(format!("另有 {count} 处居民点人口待核，未计入人数"));
            en.push(format!("and {count} places whose people nobody has counted, in no number"));
        }
        Label::new(zh.join("、"), en.join(", "))
    }
}

/// What people gain by a project alone; where it serves nobody alone, what they gain by it and all that it serves together with.
pub(super) struct ProjectEffect {
    pub gained: Gained,
    pub partners: BTreeSet<u32>,
}

pub(super) fn effects(gathered: &GatheredProjects, told: &ToldGains) -> Vec<ProjectEffect> {
    let mut by_project: Vec<Vec<(&PlaceBenefit, &Vec<u32>)>> = vec![Vec::new(); gathered.projects.len()];
    for benefit in &gathered.benefits {
        for way in &benefit.ways {
            for project in way {
                by_project[*project as usize].push((benefit, way));
            }
        }
    }
    let effect = |(project, takes_part): (u32, Vec<(&PlaceBenefit, &Vec<u32>)>)| {
        let fewest = takes_part.iter().map(|(_, way)| way.len()).min().unwrap_or(1);
        // Where it serves somebody by itself, nothing has to come with it.
        let counted = || takes_part.iter().filter(|(_, way)| fewest > 1 || way.len() == 1);
        let partners = counted().flat_map(|(_, way)| way.iter().copied());
        let gained = counted().map(|(benefit, _)| *benefit);
        ProjectEffect {
            partners: partners.filter(|other| *other != project).collect(),
            gained: match told.without_hydrant {
                Some(without) => Gained::of(gained).counted_whole(without),
                None => Gained::of(gained),
            },
        }
    };
    (0_u32..).zip(by_project).map(effect).collect()
}

/// The stage that each chosen project belongs to, by its number.
fn stage_of(chosen: &[ChosenStage]) -> BTreeMap<u32, u32> {
    let of = |(stage, number): (&ChosenStage, u32)| {
        stage.own().iter().map(move |project| (*project, number)).collect::<Vec<_>>()
    };
    chosen.iter().zip(1_u32..).flat_map(of).collect()
}

/// All projects: the chosen ones as they are built, then the others by what they give for their money.
pub(super) fn rows(
    gathered: &GatheredProjects,
    chosen: &[ChosenStage],
    told: &ToldGains,
    rules: &Rules,
) -> Vec<ProgrammeProject> {
    let exclusive = gathered.exclusive();
    let effects = effects(gathered, told);
    let stages = stage_of(chosen);
    let mut order: Vec<u32> = chosen.last().map_or_else(Vec::new, |last| last.built.clone());
    let rate = |project: u32| {
        let cost = gathered.cost(project).unwrap_or(f64::INFINITY).max(f64::MIN_POSITIVE);
        effects[project as usize].gained.states() / cost
    };
    let mut others: Vec<u32> =
        (0..gathered.projects.len() as u32).filter(|project| !stages.contains_key(project)).collect();
    others.sort_by(|a, b| rate(*b).total_cmp(&rate(*a)).then(a.cmp(b)));
    let built = order.len();
    order.extend(others);
    let mut total = 0.0;
    let row = |(rank, number): (usize, u32)| {
        let (project, effect) = (&gathered.projects[number as usize], &effects[number as usize]);
        total += project.cost_wan_yuan.unwrap_or(0.0);
        let partners: Vec<&str> =
            effect.partners.iter().map(|other| gathered.projects[*other as usize].title.zh.as_str()).collect();
        ProgrammeProject {
            geometry: project.geometry.clone(),
            rank: rank as u32 + 1,
            name: project.title.clone(),
            kind: project.kind,
            town: project.town.clone(),
            stage: IfAny(stages.get(&number).copied()),
            cost_wan_yuan: project.cost_wan_yuan,
            total_wan_yuan: IfAny((rank < built).then(|| (total * 10.0).round() / 10.0)),
            gained_states: effect.gained.states(),
            effect: effect.gained.told(),
            depends_on: partners.join("；"),
            excludes: excluded(gathered, &exclusive, number),
            readiness: project.readiness,
            obliged: project.is_obliged,
            cite: cite(rules, project),
            due: due(project),
            lead: project.obliged.lead.clone(),
            unit_cost: unit_cost(rules, project),
            source_id: project.id.clone(),
            edits: project.edits.clone(),
        }
    };
    order.into_iter().enumerate().map(row).collect()
}

/// The titles of the others in its groups.
fn excluded(gathered: &GatheredProjects, exclusive: &[Vec<u32>], number: u32) -> String {
    let groups = exclusive.iter().filter(|group| group.contains(&number));
    let others: BTreeSet<u32> = groups.flatten().copied().filter(|other| *other != number).collect();
    let titles: Vec<&str> = others.iter().map(|other| gathered.projects[*other as usize].title.zh.as_str()).collect();
    titles.join("；")
}

/// The clause that asks for a project, in words.
fn cite(rules: &Rules, project: &ProposedProject) -> Label {
    match rules.entry_in_town(&project.rule, &project.town) {
        Some(entry) if !project.rule.is_empty() => {
            let cite = entry.provenance.cite_label();
            Label::new(format!("{}（{}）", entry.label.zh, cite.zh), format!("{} ({})", entry.label.en, cite.en))
        }
        _ => Label::new("无条文要求", "no clause asks for it"),
    }
}

/// By when: as the clause or the notice says, or that it says nothing.
fn due(project: &ProposedProject) -> Label {
    let day = project.obliged.due_or_words();
    match (day.is_empty(), project.is_obliged) {
        (false, _) => Label::new(day, day),
        (true, true) => Label::new("条文未定期限", "no day in the clause"),
        (true, false) => Label::new("按分期安排", "by stage"),
    }
}

/// What the cost rests on, in words; of a list of costs, its title.
fn unit_cost(rules: &Rules, project: &ProposedProject) -> Label {
    let entries: Vec<&InForce> = rules.entries.iter().filter(|entry| entry.key == project.unit_cost).collect();
    match entries[..] {
        [one] => Label::new(format!("{} {}", one.label.zh, one.value.zh), format!("{} {}", one.label.en, one.value.en)),
        [first, ..] => first.label.clone(),
        [] => Label::default(),
    }
}

/// One row for each stage.
pub(super) fn stage_rows(gathered: &GatheredProjects, chosen: &[ChosenStage], told: &ToldGains) -> Vec<ProgrammeStage> {
    let row = |((stage, promise), number): ((&ChosenStage, &Promise), u32)| {
        let gained = &promise.adopted;
        let names = stage.own().iter().map(|project| gathered.projects[*project as usize].title.zh.as_str());
        ProgrammeStage {
            geometry: (),
            stage: number,
            year: IfAny(stage.budget.year),
            budget_wan_yuan: stage.budget.total_wan_yuan,
            total_wan_yuan: gathered.cost_of(&stage.built),
            projects: stage.own().len() as u32,
            all_projects: stage.built.len() as u32,
            gained_people: gained.people,
            gained_states: gained.states(),
            in_time_people: gained.of_state(GainedState::InTime),
            truck_people: gained.of_state(GainedState::Truck),
            water_people: gained.of_state(GainedState::Water),
            hydrant_people: gained.of_state(GainedState::Hydrant),
            unsaid_people: promise.unsaid.people,
            unsaid_effect: promise.unsaid.told(),
            firebreak_people: promise.unsaid.of_state(GainedState::Firebreak),
            gap_percent: stage.gap_percent(),
            names: names.collect::<Vec<_>>().join("；"),
        }
    };
    chosen.iter().zip(&told.stages).zip(1..).map(row).collect()
}

/// One row for each project of the minimum legal plan.
pub(super) fn legal_rows(
    gathered: &GatheredProjects,
    chosen: &[ChosenStage],
    legal: &[u32],
    rules: &Rules,
) -> Vec<ObligedProject> {
    let stages = stage_of(chosen);
    let row = |(at, number): (usize, &u32)| {
        let project = &gathered.projects[*number as usize];
        ObligedProject {
            geometry: (),
            rank: at as u32 + 1,
            name: project.title.clone(),
            kind: project.kind,
            town: project.town.clone(),
            cost_wan_yuan: project.cost_wan_yuan,
            total_wan_yuan: gathered.cost_of(&legal[..=at]),
            due: due(project),
            lead: project.obliged.lead.clone(),
            cite: cite(rules, project),
            stage: IfAny(stages.get(number).copied()),
        }
    };
    legal.iter().enumerate().map(row).collect()
}
