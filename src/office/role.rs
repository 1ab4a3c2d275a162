//! Three roles in each area, and the one function that tells what they allow.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Stands for every area, and for the service as a whole.
pub const ALL_AREAS: &str = "*";

/// What somebody is in an area; each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfficeRole {
    /// 看: looks at everything, and takes it home.
    Viewer,
    /// 编: runs analyses, changes scenarios, makes packages.
    Editor,
    /// 管: removes what others made, moves projects, reads the trail.
    Manager,
}

impl OfficeRole {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Editor, Self::Manager];

    /// As commands and the interface call it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Viewer => "view",
            Self::Editor => "edit",
            Self::Manager => "manage",
        }
    }

    /// As people call it.
    pub fn name_zh(self) -> &'static str {
        match self {
            Self::Viewer => "看",
            Self::Editor => "编",
            Self::Manager => "管",
        }
    }
}

impl fmt::Display for OfficeRole {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl FromStr for OfficeRole {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.code() == text || role.name_zh() == text).ok_or_else(|| {
            format!("“{text}”不是权限，可用：看(view)、编(edit)、管(manage) | '{text}' is no role; there are: view, edit, manage")
        })
    }
}

/// What a route does, as far as it matters to who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Comes in: signing in, and what is needed for that.
    Enter,
    /// Learns what every person here may know: which areas there are of theirs.
    Know,
    /// Looks at an area.
    View,
    /// Changes something of an area.
    Edit,
    /// Does what concerns others.
    Manage,
}

impl Action {
    /// The least role that it takes in the area; `None`: it takes none.
    pub fn least_role(self) -> Option<OfficeRole> {
        match self {
            Self::Enter | Self::Know => None,
            Self::View => Some(OfficeRole::Viewer),
            Self::Edit => Some(OfficeRole::Editor),
            Self::Manage => Some(OfficeRole::Manager),
        }
    }
}

/// Somebody whom the service knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What people call them, and what stands beside what they do.
    pub name: String,
    /// Their role in each area, by its id, and in [all](ALL_AREAS).
    pub roles: BTreeMap<String, OfficeRole>,
}

impl Person {
    /// Whoever sits at the machine, where the program serves that machine alone.
    pub fn local() -> Self {
        Self::with_role("本机", OfficeRole::Manager)
    }

    /// Somebody with one role in all areas.
    pub fn with_role(name: &str, role: OfficeRole) -> Self {
        Self { name: name.to_owned(), roles: BTreeMap::from([(ALL_AREAS.to_owned(), role)]) }
    }

    /// What they are in an area: what they are there, or what they are in all areas if that is more.
    pub fn role_in(&self, area: &str) -> Option<OfficeRole> {
        let everywhere = self.roles.get(ALL_AREAS).copied();
        self.roles.get(area).copied().max(everywhere)
    }
}

/// Whether somebody may do something in an area; `None`: whoever it is has not signed in.
pub fn may(person: Option<&Person>, action: Action, area: &str) -> bool {
    match (action, action.least_role(), person) {
        (Action::Enter, ..) => true,
        (_, None, person) => person.is_some(),
        (_, Some(least), person) => person.and_then(|person| person.role_in(area)).is_some_and(|role| role >= least),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_allows_what_is_asked_of_it_in_its_area_and_no_more() {
        let of_a = Person { name: "甲".to_owned(), roles: BTreeMap::from([("a".to_owned(), OfficeRole::Editor)]) };
        let both = Person {
            name: "乙".to_owned(),
            roles: BTreeMap::from([(ALL_AREAS.to_owned(), OfficeRole::Viewer), ("a".to_owned(), OfficeRole::Manager)]),
        };
        let nobody = Person { name: "丙".to_owned(), roles: BTreeMap::new() };
        let all = [Action::Enter, Action::Know, Action::View, Action::Edit, Action::Manage];
        let table: [(Option<&Person>, &str, usize); 10] = [
            (None, "a", 1),
            (None, ALL_AREAS, 1),
            (Some(&nobody), "a", 2),
            (Some(&of_a), "a", 4),
            (Some(&of_a), "b", 2),
            (Some(&of_a), ALL_AREAS, 2),
            (Some(&both), "a", 5),
            (Some(&both), "b", 3),
            (Some(&both), ALL_AREAS, 3),
            (Some(&Person::local()), "b", 5),
        ];
        for (person, area, allowed) in table {
            for (at, action) in all.into_iter().enumerate() {
                assert_eq!(may(person, action, area), at < allowed, "{person:?} {action:?} {area}");
            }
        }
    }

    #[test]
    fn roles_have_names_in_both_languages() {
        for role in OfficeRole::ALL {
            assert_eq!((role.code().parse(), role.name_zh().parse()), (Ok(role), Ok(role)));
        }
        assert!("root".parse::<OfficeRole>().unwrap_err().contains("view, edit, manage"));
    }
}
