//! Lists that one can act on: the rows with most people behind them come first, and what the first of them hold is told.

use fireplan_model::rows::Label;

/// How many rows of a long list are told by themselves; the rest is counted.
pub const SHOWN: usize = 20;

/// What a list that is sorted worst first comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct WorstFirst {
    /// Number of rows.
    pub rows: usize,
    /// People behind all of them.
    pub people: f64,
    /// People behind the first ones that are told by themselves.
    pub first_people: f64,
    /// Rows of which nobody knows how many people are behind them; they come last.
    pub unknown: usize,
}

impl WorstFirst {
    /// Sums up the people behind each row, in the order of the list; `None`: not known.
    ///
    /// ```
    /// use fireplan_engine::worst_first::WorstFirst;
    /// let list = WorstFirst::of((1..=25).rev().map(|people| Some(f64::from(people))));
    /// assert_eq!((list.rows, list.people, list.first_people), (25, 325.0, 310.0));
    /// assert!(list.tell("处", "places").zh.ends_with("前 20 处占 310 人（95.4%），其余 5 处见附表"));
    /// ```
    pub fn of(people: impl IntoIterator<Item = Option<f64>>) -> Self {
        let mut list = Self::default();
        for people in people {
            list.unknown += usize::from(people.is_none());
            let people = people.unwrap_or(0.0);
            list.people += people;
            list.first_people += if list.rows < SHOWN { people } else { 0.0 };
            list.rows += 1;
        }
        list
    }

    /// How many rows and people there are, and what of the people the first rows hold; rows are counted in this word.
    pub fn tell(&self, zh: &str, en: &str) -> Label {
        let Self { rows, people, first_people, unknown } = self;
        let (doubt_zh, doubt_en) = match unknown {
            0 => (String::new(), String::new()),
            _ => (format!("（另 {unknown} {zh}人口待核）"), format!(" (of {unknown} they are not known)")),
        };
        let all = Label::new(
            format!("共 {rows} {zh}、{people:.0} 人{doubt_zh}，按人口从多到少排列"),
            format!("{rows} {en} with {people:.0} people{doubt_en}, the most people first"),
        );
        if *rows <= SHOWN {
            return all;
        }
        let rest = rows - SHOWN;
        let share = if *people > 0.0 { (first_people / people * 1000.0).round() / 10.0 } else { 0.0 };
        Label::new(
            format!("{}；前 {SHOWN} {zh}占 {first_people:.0} 人（{share}%），其余 {rest} {zh}见附表", all.zh),
            format!("{}; the first {SHOWN} hold {first_people:.0} ({share}%), {rest} more are in the table", all.en),
        )
    }
}
