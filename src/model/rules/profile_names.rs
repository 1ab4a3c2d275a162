//! The names of profiles: their codes, the titles of their files, and what people call them (`data/rules/profile_names.toml`).

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use crate::names::plain;
use crate::rules::choice::{NATIONAL, RuleProfile};
use crate::rules::pack::{about_national, profiles};

const NAMES: &str = include_str!("../../../data/rules/profile_names.toml");

/// The code of the profile that comes with the program under this code, title or usual name, e.g. `jincheng` of 晋城城区.
pub fn find_profile(name: &str) -> Result<Option<String>> {
    let wanted = plain(name);
    let names: BTreeMap<String, Vec<String>> =
        toml::from_str(NAMES).context("程序自带的规则名称表有误 | the program's table of profile names is wrong")?;
    let national = (NATIONAL.to_owned(), about_national()?);
    let found = profiles()?.into_iter().chain([national]).find(|(code, about)| {
        let usual = names.get(code).into_iter().flatten();
        *code == wanted || about.title == wanted || usual.into_iter().any(|name| *name == wanted)
    });
    Ok(found.map(|(code, _)| code))
}

/// The profile by its code, whatever name it was asked for by; `None`: the national pack as it is.
pub(super) fn resolve(profile: RuleProfile) -> Result<Option<RuleProfile>> {
    let RuleProfile::Supplied(name) = &profile else { return Ok(Some(profile)) };
    match find_profile(name)? {
        Some(code) if code == NATIONAL => Ok(None),
        Some(code) => Ok(Some(RuleProfile::Supplied(code))),
        None => {
            let all = profiles()?;
            let zh: Vec<String> = all.iter().map(|(code, about)| format!("{}({code})", about.title)).collect();
            let en: Vec<&str> = all.iter().map(|(code, _)| code.as_str()).collect();
            let (zh, en) = (zh.join("、"), en.join(", "));
            bail!(
                "没有名为“{name}”的地方规则；有 {zh}，或给出自己的 .toml 文件路径 | \
                 there is no profile '{name}'; there are {en}, or give the path of a .toml file of your own"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_known_by_code_title_and_usual_name() {
        let known = |name: &str| find_profile(name).unwrap();
        let names = ["jincheng", "晋城城区", "晋城市城区", "启东", "青峰", "永川青峰", "开州", "伊犁", "伊犁州直"];
        let codes = ["jincheng", "jincheng", "jincheng", "qidong", "qingfeng", "qingfeng", "kaizhou", "yili", "yili"];
        assert_eq!(names.map(known), codes.map(|code| Some(code.to_owned())));
        assert_eq!([known("国家标准"), known("national")], [Some("national".to_owned()), Some("national".to_owned())]);
        assert_eq!([known("城区"), known("")], [None, None]);
    }

    #[test]
    fn no_name_means_two_profiles() {
        let names: BTreeMap<String, Vec<String>> = toml::from_str(NAMES).unwrap();
        for (code, names) in names {
            for name in names {
                assert_eq!(find_profile(&name).unwrap(), Some(code.clone()), "{name}");
            }
        }
    }
}
