//! How somebody else makes the same package, without the folders of this machine.

use fireplan_package::PartChoice;

/// What a package was ordered with, as a command says it.
pub struct PackageCommand<'a> {
    /// Name of the folder or file of the area.
    pub area: &'a str,
    /// Name of the profile; `None`: the national rules.
    pub profile: Option<&'a str>,
    /// Figures set by hand, `key=value`.
    pub set: &'a [String],
    /// Day of assessment.
    pub as_of: Option<&'a str>,
    /// Name of the scenario.
    pub scenario: Option<&'a str>,
    /// The public edition.
    pub public: bool,
    /// Refused while an unverified figure stands in 强制性内容.
    pub is_final: bool,
    /// The parts that are made.
    pub parts: &'a PartChoice,
}

impl PackageCommand<'_> {
    /// The command.
    pub fn write(&self) -> String {
        let mut words = vec!["fireplan package".to_owned(), self.area.to_owned()];
        words.extend(self.profile.map(|profile| format!("--profile {profile}")));
        words.extend(self.set.iter().map(|figure| format!("--set {figure}")));
        words.extend(self.as_of.map(|day| format!("--as-of {day}")));
        words.extend(self.scenario.map(|scenario| format!("--scenario {scenario}")));
        words.extend(self.public.then(|| "--public".to_owned()));
        words.extend(self.is_final.then(|| "--final".to_owned()));
        words.extend((!self.parts.is_whole()).then(|| format!("--parts {}", self.parts.codes())));
        words.push("--out 成果包".to_owned());
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fireplan_package::PackagePart;

    #[test]
    fn a_command_says_only_what_is_not_usual() {
        let whole = PartChoice::default();
        let plain = PackageCommand {
            area: "demo",
            profile: None,
            set: &[],
            as_of: None,
            scenario: None,
            public: false,
            is_final: false,
            parts: &whole,
        };
        assert_eq!(plain.write(), "fireplan package demo --out 成果包");
        let set = ["response.time_min=6".to_owned()];
        let parts = PartChoice::of([PackagePart::Tables]);
        let more = PackageCommand { set: &set, public: true, parts: &parts, scenario: Some("方案1"), ..plain };
        let wanted =
            "fireplan package demo --set response.time_min=6 --scenario 方案1 --public --parts tables --out 成果包";
        assert_eq!(more.write(), wanted);
    }
}
