//! `fireplan user`: the people of a service, their passwords and roles.

use std::io::Read;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use fireplan_model::message::Language;
use fireplan_office::{ALL_AREAS, Office, OfficeRole, PersonRecord, make_password};
use fireplan_serve::find_project_id;

use crate::arguments::StoreArgs;
use crate::output;

/// What is served: where its people are.
#[derive(Args)]
struct ServedPlace {
    /// 所服务的项目文件夹或规划范围：与 serve 相同 | What is served: a folder of projects or an area, as for serve
    #[arg(value_name = "DIR|AREA")]
    place: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

impl ServedPlace {
    fn serves_many(&self) -> bool {
        self.place.is_dir() && !self.place.join("area.toml").exists()
    }

    fn office(&self) -> Result<Office> {
        let place = self.place.display();
        if !self.place.exists() {
            bail!("找不到 {place} | there is no {place}");
        }
        if self.serves_many() {
            return Ok(Office::of_projects(&self.place));
        }
        Ok(Office::beside(self.store.store(&self.place).path()))
    }

    /// The id of the project that somebody names, or all.
    fn find_area(&self, named: Option<&str>) -> Result<String> {
        let Some(named) = named.filter(|named| *named != ALL_AREAS) else { return Ok(ALL_AREAS.to_owned()) };
        if !self.serves_many() {
            bail!("这里是单个规划范围，权限不分项目；请去掉 --area | this is a single area: leave --area out");
        }
        find_project_id(&self.place, named)
    }
}

#[derive(Args)]
pub(crate) struct UserArgs {
    #[command(subcommand)]
    task: UserTask,
}

#[derive(Subcommand)]
enum UserTask {
    /// 添加人员；不给口令时生成一个并显示一次 | Add somebody; without a password one is made and shown once
    Add(AddUser),
    /// 列出人员和权限 | List people and roles
    List(ListUsers),
    /// 换口令，并结束其全部登录 | Give another password, which ends all sessions
    Password(SetPassword),
    /// 设置在某个项目或全部项目的权限 | Set the role in a project, or in all
    Role(SetRole),
    /// 移除人员；其操作记录保留 | Remove somebody; what they did stays in the trail
    Remove(NamedUser),
}

#[derive(Args)]
struct NamedUser {
    #[command(flatten)]
    served: ServedPlace,
    /// 姓名 | Name
    #[arg(value_name = "NAME")]
    name: String,
}

#[derive(Args)]
struct ListUsers {
    #[command(flatten)]
    served: ServedPlace,
    /// 输出 JSON，供其他程序读取 | Print JSON for other programs
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct AddUser {
    #[command(flatten)]
    one: NamedUser,
    /// 权限：view 看、edit 编、manage 管 | Role: view, edit, manage
    #[arg(long, value_name = "ROLE", default_value_t = OfficeRole::Viewer)]
    role: OfficeRole,
    /// 仅在此项目有该权限；缺省为全部项目 | In this project only; by default in all
    #[arg(long, value_name = "PROJECT")]
    area: Option<String>,
    /// 从标准输入读口令 | Read the password from standard input
    #[arg(long)]
    password_stdin: bool,
    /// 不设口令：由代理说明身份 | No password: a proxy says who it is
    #[arg(long, conflicts_with = "password_stdin")]
    no_password: bool,
}

#[derive(Args)]
struct SetPassword {
    #[command(flatten)]
    one: NamedUser,
    /// 从标准输入读口令；否则生成一个并显示一次 | Read the password from standard input; otherwise one is made and shown once
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Args)]
struct SetRole {
    #[command(flatten)]
    one: NamedUser,
    /// 权限：view 看、edit 编、manage 管、none 无 | Role: view, edit, manage, none
    #[arg(value_name = "ROLE", required_unless_present = "role_option")]
    role: Option<String>,
    /// 权限的另一种写法，与 user add 相同 | The role, written as for user add
    #[arg(long = "role", value_name = "ROLE", conflicts_with = "role")]
    role_option: Option<String>,
    /// 在哪个项目；缺省为全部项目 | In which project; by default in all
    #[arg(long, value_name = "PROJECT")]
    area: Option<String>,
}

/// Does what was asked with the people of a service.
pub(crate) fn manage_people(args: &UserArgs, language: Language) -> Result<()> {
    let by = name_operator();
    match &args.task {
        UserTask::Add(add) => add_user(add, &by, language),
        UserTask::List(list) if list.json => print_users(&list.served.office()?),
        UserTask::List(list) => list_users(&list.served.office()?, language),
        UserTask::Password(set) => {
            let (password, made) = take_password(set.password_stdin)?;
            set.one.served.office()?.set_password(&set.one.name, &password, &by)?;
            let name = &set.one.name;
            output::print_line(&language.either(
                format!("“{name}”的口令已更换，其登录已全部结束"),
                format!("the password of '{name}' is changed, and their sessions are ended"),
            ))?;
            tell_password(&set.one.name, &password, made, language)
        }
        UserTask::Role(set) => set_role(set, &by, language),
        UserTask::Remove(one) => {
            let name = &one.name;
            one.served.office()?.remove_person(name, &by)?;
            output::print_line(&language.either(
                format!("已移除“{name}”，其操作记录保留"),
                format!("'{name}' is removed; what they did stays in the trail"),
            ))
        }
    }
}

/// Whoever gives commands at the machine, as its system calls them.
pub(crate) fn name_operator() -> String {
    let user = ["SUDO_USER", "USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    user.filter(|user| !user.is_empty()).map_or_else(|| "本机".to_owned(), |user| format!("本机 {user}"))
}

fn add_user(add: &AddUser, by: &str, language: Language) -> Result<()> {
    let (served, name) = (&add.one.served, &add.one.name);
    let area = served.find_area(add.area.as_deref())?;
    let office = served.office()?;
    if add.no_password {
        office.add_person(name, None, (&area, add.role), by)?;
        return tell_added(add, &area, language);
    }
    let (password, made) = take_password(add.password_stdin)?;
    office.add_person(name, Some(&password), (&area, add.role), by)?;
    tell_added(add, &area, language)?;
    tell_password(name, &password, made, language)
}

fn set_role(set: &SetRole, by: &str, language: Language) -> Result<()> {
    let role = match set.role.as_deref().or(set.role_option.as_deref()).unwrap_or_default() {
        "none" | "无" => None,
        text => Some(text.parse::<OfficeRole>().map_err(anyhow::Error::msg)?),
    };
    let (served, name) = (&set.one.served, &set.one.name);
    let area = served.find_area(set.area.as_deref())?;
    served.office()?.set_role(name, &area, role, by)?;
    let now = match role {
        Some(role) => describe_role(&area, role, language),
        None if area == ALL_AREAS => language.either("无(全部项目)", "none (all projects)").to_owned(),
        None => language.either(format!("无({area})"), format!("none ({area})")),
    };
    output::print_line(&language.either(format!("“{name}”的权限：{now}"), format!("role of '{name}': {now}")))
}

/// Says what was done, and the password if it was made here.
fn tell_added(add: &AddUser, area: &str, language: Language) -> Result<()> {
    let (name, role) = (&add.one.name, describe_role(area, add.role, language));
    output::print_line(&language.either(format!("已添加“{name}”，权限：{role}"), format!("'{name}' is added: {role}")))
}

/// The password that was given, or a new one.
fn take_password(given: bool) -> Result<(String, bool)> {
    if !given {
        return Ok((make_password()?, true));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).context("读口令 | reading the password")?;
    Ok((text.trim_end_matches(['\r', '\n']).to_owned(), false))
}

fn tell_password(name: &str, password: &str, made: bool, language: Language) -> Result<()> {
    if !made {
        return Ok(());
    }
    output::print_line(&language.either(
        format!("“{name}”的口令(只显示这一次)：{password}"),
        format!("password of '{name}' (shown this once): {password}"),
    ))
}

fn list_users(office: &Office, language: Language) -> Result<()> {
    let people = office.list_people()?;
    if people.is_empty() {
        return output::print_line(language.either(
            "还没有人员：任何能访问服务的人都可操作",
            "nobody yet: whoever reaches the service may do everything",
        ));
    }
    for PersonRecord { person, has_password, since } in people {
        let roles: Vec<String> = person.roles.iter().map(|(area, role)| describe_role(area, *role, language)).collect();
        let way = match has_password {
            true => language.either("口令登录", "signs in"),
            false => language.either("由代理说明", "named by a proxy"),
        };
        output::print_line(&format!(
            "{}\t{}\t{way}\t{since} UTC",
            person.name,
            roles.join(language.either("、", ", "))
        ))?;
    }
    Ok(())
}

fn print_users(office: &Office) -> Result<()> {
    let describe = |record: &PersonRecord| {
        let roles = record.person.roles.iter().map(|(area, role)| (area.clone(), role.code().into()));
        let roles: serde_json::Map<String, serde_json::Value> = roles.collect();
        serde_json::json!({
            "name": record.person.name, "roles": roles, "has_password": record.has_password, "since": record.since,
        })
    };
    output::print_json(&office.list_people()?.iter().map(describe).collect::<Vec<_>>())
}

fn describe_role(area: &str, role: OfficeRole, language: Language) -> String {
    match (area == ALL_AREAS, language) {
        (true, Language::Chinese) => format!("{}(全部项目)", role.name_zh()),
        (true, Language::English) => format!("{role} (all projects)"),
        (false, Language::Chinese) => format!("{}({area})", role.name_zh()),
        (false, Language::English) => format!("{role} ({area})"),
    }
}
