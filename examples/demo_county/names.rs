//! Plausible invented names, each given once.

use std::collections::BTreeSet;

use super::random::Random;

const FIRST: &[&str] = &[
    "青", "石", "白", "黄", "双", "三", "大", "小", "上", "下", "东", "西", "南", "北", "龙", "凤", "松", "柏", "竹",
    "柳", "杨", "槐", "梨", "桃", "杏", "枣", "云", "雨", "月", "清", "金", "银", "铜", "铁", "红", "乌", "高", "平",
    "长", "圆", "新", "老", "古", "孟", "沈", "梁", "周", "吴", "郑", "冯", "许", "何", "吕", "曹", "魏", "姜", "谢",
    "潘", "葛", "范", "彭", "鲁", "苗", "方", "袁", "柴",
];
const SECOND: &[&str] = &[
    "家", "岭", "溪", "泉", "峪", "树", "崖", "台", "坡", "井", "桥", "河", "塘", "坪", "湾", "林", "岩", "花", "水",
    "头", "马", "牛", "羊", "鹤", "鹿", "雀", "麦", "谷", "粟", "棉", "瓦", "窑", "磨", "碾", "仓", "寨", "堡", "沟",
];
const VILLAGE: &[&str] = &[
    "村", "庄", "沟", "坪", "湾", "寨", "岭", "洼", "坡", "峪", "铺", "堡", "窑", "凹", "掌", "垴", "河", "营", "店",
    "塘",
];
const STREAM: &[&str] = &["溪", "河", "涧", "沟"];
const STREET: &[&str] = &[
    "文昌", "人民", "青岚", "解放", "建设", "府前", "迎宾", "滨河", "新华", "和平", "振兴", "中山", "朝阳", "兴业",
    "学府", "长安", "太平", "永安", "安康", "富民", "丰收", "光明", "胜利", "团结", "友谊", "育才", "健康", "公园",
    "体育", "站前", "商贸", "工业", "创新", "科技", "翠屏", "凤鸣", "龙泉", "松柏", "桃李", "梧桐", "丹桂", "海棠",
    "银杏", "玉兰", "紫荆", "锦绣", "春晖", "秋实", "云鹤", "鹿鸣",
];

enum Kind {
    Village,
    Stream,
    Street,
}

pub(super) struct Names {
    kind: Kind,
    random: Random,
    used: BTreeSet<String>,
}

impl Names {
    pub(super) fn villages() -> Self {
        Self { kind: Kind::Village, random: Random::new(401), used: BTreeSet::new() }
    }

    pub(super) fn streams() -> Self {
        Self { kind: Kind::Stream, random: Random::new(402), used: BTreeSet::new() }
    }

    pub(super) fn streets(seed: u64) -> Self {
        Self { kind: Kind::Street, random: Random::new(seed), used: BTreeSet::new() }
    }

    pub(super) fn next(&mut self) -> String {
        loop {
            let name = self.draw();
            if self.used.insert(name.clone()) {
                return name;
            }
        }
    }

    fn draw(&mut self) -> String {
        let random = &mut self.random;
        match self.kind {
            Kind::Village => {
                let first = random.pick(FIRST);
                let middle = if random.chance(0.55) { *random.pick(SECOND) } else { "" };
                let last = random.pick(VILLAGE);
                if middle == *last { format!("{first}{last}村") } else { format!("{first}{middle}{last}") }
            }
            Kind::Stream => format!("{}{}{}", random.pick(FIRST), random.pick(SECOND), random.pick(STREAM)),
            // A town has fewer streets than there are names; the seat goes on with numbered ones.
            Kind::Street if self.used.len() < STREET.len() => (*random.pick(STREET)).to_owned(),
            Kind::Street => format!("兴园{}", self.used.len()),
        }
    }
}
