//! What a person reads who clicks a station or a site.

use super::super::case::StandId;
use super::super::found::SitingFindings;
use super::super::legal::SiteStanding;
use super::super::stands::Examinee;
use super::amount;
use fireplan_model::rows::Label;

/// Why a station is in the plan, and what hangs on it.
pub(in super::super) fn tell_station(
    found: &SitingFindings,
    id: StandId,
    order: Option<usize>,
    gain: Option<u64>,
) -> Label {
    let (case, outcome) = (found.case, found.outcome);
    let needed = amount(case, outcome.needed[id.index()]);
    let Some((order, gain)) = order.zip(gain) else {
        if outcome.closed.contains(&id) {
            return Label::new("方案不再保留此站，其任务由其他站承担。", "The plan gives it up; others take over.");
        }
        return Label::new(
            format!("现有站，方案保留。方案下只有它能及时到达的有 {}。", needed.zh),
            format!("It stands and stays. Under the plan it alone is in time for {}.", needed.en),
        );
    };
    let saved = outcome.built[order].saved;
    let (little_zh, little_en) = match gain - saved {
        0 => (String::new(), String::new()),
        little => {
            let little = amount(case, little);
            (
                format!("其中 {} 现有队站本已接近时限到达，新站提前不到 1 分钟，效益须论证；", little.zh),
                format!("; for {} of it less than a minute sooner than a station there is, to be argued", little.en),
            )
        }
    };
    let gain = amount(case, gain);
    let site = case.stands[id.index()].site.map(|site| &case.sites[site.index()]);
    let legal = site.map_or_else(Label::default, tell_standing);
    Label::new(
        format!(
            "建议第 {} 个建设：新增覆盖 {}；{little_zh}方案中只有它能及时到达的有 {}。{}",
            order + 1,
            gain.zh,
            needed.zh,
            legal.zh
        ),
        format!(
            "To be built as number {}: newly covers {}{little_en}; under the plan it alone is in time for {}. {}",
            order + 1,
            gain.en,
            needed.en,
            legal.en
        ),
    )
}

/// Whether a site can be used and what it would bring.
pub(in super::super) fn tell_site(found: &SitingFindings, examinee: &Examinee, gain: Option<f64>) -> Label {
    let legal = tell_standing(examinee);
    let Some(gain) = gain else { return legal };
    let gain = amount(found.case, found.case.units(gain));
    Label::new(
        format!("{}单独在此新建，可新增覆盖 {}。", legal.zh, gain.zh),
        format!("{} A station here alone would newly cover {}.", legal.en, gain.en),
    )
}

fn tell_standing(examinee: &Examinee) -> Label {
    if let Some(why) = &examinee.off_road {
        return Label::new(format!("不予采用：{}。", why.zh), format!("Refused: {}.", why.en));
    }
    let reason = &examinee.examined.reason;
    let (zh, en) = match examinee.examined.standing {
        SiteStanding::Refused => ("不予采用：", "Refused: "),
        SiteStanding::Warned => ("可用，但有警告：", "Fit, with a warning: "),
        SiteStanding::Open => ("可用，待核：", "Fit; to be checked: "),
        SiteStanding::Fit => return Label::new("站址符合全部已核条款。", "The site meets every clause checked."),
    };
    Label::new(format!("{zh}{}。", reason.zh), format!("{en}{}.", reason.en))
}
