//! The trail as people read it: actions in words, and a table for files.

use fireplan_model::findings::Table;
use fireplan_model::rows::{Column, Label, Value};
use fireplan_store::audit::AuditRow;

/// Every action that is written down, in words.
const ACTIONS: &[(&str, &str)] = &[
    ("createScenario", "新建方案 | New scenario"),
    ("replaceEdits", "修改方案 | Scenario changed"),
    ("renameScenario", "方案改名 | Scenario renamed"),
    ("copyScenario", "另存方案 | Scenario copied"),
    ("deleteScenario", "删除方案 | Scenario deleted"),
    ("execute", "运行分析 | Analysis run"),
    ("describeJob", "命名或固定成果 | Run named or pinned"),
    ("dismiss", "取消或删除成果 | Run dismissed"),
    ("dismissAll", "取消全部排队的分析 | All waiting runs dismissed"),
    ("settle", "提前结束求解 | Search ended early"),
    ("orderPackage", "编制成果包 | Package ordered"),
    ("dismissPackage", "删除成果包 | Package dismissed"),
    ("copyProject", "复制项目 | Project copied"),
    ("archiveProject", "归档项目 | Project archived"),
    ("restoreProject", "恢复项目 | Project restored"),
    ("beginDraft", "开始新建项目 | Project begun"),
    ("discardDraft", "放弃新建项目 | New project given up"),
    ("answerQuestions", "答复数据问题 | Questions about data answered"),
    ("finishDraft", "建成项目 | Project made"),
    ("addPerson", "添加人员 | Person added"),
    ("setPassword", "设置口令 | Password set"),
    ("setRole", "设置权限 | Role set"),
    ("removePerson", "移除人员 | Person removed"),
    ("signIn", "登录 | Signed in"),
    ("signInFailed", "登录失败 | Sign-in failed"),
    ("signOut", "退出 | Signed out"),
    ("backup", "备份 | Backup made"),
];

/// An action in words; one that only another program knows is called as that calls it.
pub fn name_action(action: &str) -> Label {
    let known = ACTIONS.iter().find(|(code, _)| *code == action);
    known.map_or_else(|| Label::new(action, action), |(_, text)| Label::parse(text))
}

/// The rows as a table to take along, with the digests by which the trail can be checked elsewhere.
pub fn tabulate_trail(rows: &[AuditRow]) -> Table {
    let columns = vec![
        Column::new::<String>("number", "序号 | Number"),
        Column::new::<String>("at", "时间(UTC) | Time (UTC)"),
        Column::new::<String>("person", "人员 | Person"),
        Column::new::<Label>("action_name", "操作 | Action"),
        Column::new::<String>("subject", "对象 | Subject"),
        Column::new::<String>("detail", "说明 | Detail"),
        Column::new::<String>("action", "操作代码 | Code of the action"),
        Column::new::<String>("before", "上一条摘要 | Digest before"),
        Column::new::<String>("digest", "本条摘要(SHA-256) | Digest (SHA-256)"),
    ];
    let values = |row: &AuditRow| {
        vec![
            Value::text(row.number.to_string()),
            Value::text(row.at.as_str()),
            Value::text(row.person.as_str()),
            Value::Label(name_action(&row.action).into()),
            Value::text(row.subject.as_str()),
            Value::text(row.detail.as_str()),
            Value::text(row.action.as_str()),
            Value::text(row.before.as_str()),
            Value::text(row.digest.as_str()),
        ]
    };
    Table {
        id: "audit".to_owned(),
        title: Label::new("操作记录", "Trail of what was done"),
        columns,
        rows: rows.iter().map(values).collect(),
        layer: None,
        about: None,
        chart: None,
    }
}
