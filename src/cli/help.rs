//! The help texts: Chinese headings, examples after each command, and the arguments that every analysis has.

use clap::{Arg, ArgAction, Args, Command, CommandFactory};

use crate::question;

/// What the program is, in two lines.
pub(crate) const ABOUT: &str = "消防专项规划的空间分析与地图服务。
读入县区的道路、消防站、村庄等数据，按国家标准和地方规定计算响应覆盖等，每个结论都注明条文。";

/// The first commands of somebody who has never used it.
pub(crate) const EXAMPLES: &str = "\
第一次使用：
  fireplan check data/demo                                看看示例数据里有什么
  fireplan run coverage data/demo --out out/coverage      算响应覆盖，写出成果文件
  fireplan serve data/demo                                在浏览器里看地图

换成自己的数据：一个文件夹，里面放数据文件和说明它们的 area.toml；或直接给一个 OSM 数据文件：
  fireplan serve liechtenstein-latest.osm.pbf

每个命令都有更详细的说明和例子：fireplan <命令> --help";

pub(crate) const CHECK: &str = "\
例：
  fireplan check data/demo
  fireplan check guixi.osm.pbf
  fireplan check data/demo --html 数据质量报告.html --effects

逐层列出读到多少、略去多少和原因(每种最多举五例)、采用的坐标系、路网规模和连通情况。
--html 写出可打印的报告，逐条列出存疑和未采用的数据。--effects 逐类假定存疑的值属实，重算相关分析，
列出哪些对象由待核变为已知、哪些指标改变；不加则不算，因为要多次运行分析。";

pub(crate) const RUN: &str = "\
例：
  fireplan run coverage data/demo --out out
  fireplan run coverage data/demo --out out --profile jincheng --set response.time_min=6
  fireplan run all data/demo --out out

成果：findings.gpkg(QGIS 可打开)、layers/*.geojson、tables/*.csv(Excel 可打开)、
findings.json(数字、检查结论、数据说明、输入文件和规则的清单)。同样的输入得到逐字节相同的文件。";

pub(crate) const SERVE: &str = "\
例：
  fireplan serve data/demo
  fireplan serve data/demo --port 9000 --profile kaizhou
  fireplan serve data/demo --bind 0.0.0.0                 让同一网络的其他电脑也能访问

QGIS、ArcGIS Pro 等可把同一地址作为 OGC API 服务添加。";

pub(crate) const SCENARIO: &str = "\
例：
  fireplan scenario list data/demo
  fireplan scenario show data/demo 近期
  fireplan scenario export data/demo 近期 > 近期.json
  fireplan scenario import data/demo 近期.json
  fireplan run coverage data/demo --out out/近期 --scenario 近期

方案是一串改动，依次生效：新建、迁移、撤销、升级消防站，打通、封闭、拓宽、加固道路，新建道路、桥梁、消火栓、水源。
写成 JSON：{ \"name\": \"近期\", \"edits\": [ { \"edit\": \"add_station\", \"name\": \"东站\", \"at\": [102.31, 39.84] } ] }
消防站和道路用来源编号、名称或 #序号 指明。";

pub(crate) const COMPARE: &str = "\
例：
  fireplan run coverage data/demo --out out/现状
  fireplan run coverage data/demo --out out/近期 --scenario 近期
  fireplan compare out/现状 out/近期

同一种分析的两次运行：指标的增减，各图层中改善、变差、新增、消失的对象和人数、道路长度，结论变化的条文检查，不同的规则。";

pub(crate) const RULES: &str = "\
例：
  fireplan rules
  fireplan rules --profile kaizhou
  fireplan rules --profile 本县.toml --set response.access_limit_m=200

标“未核实”的数值没有条文依据，是可修改的缺省值。写本县规则：新建一个 .toml 文件，写上
title、document、date 和要替换的条目，例如：

  title = \"某县\"
  document = \"某政发〔2026〕1号\"
  date = \"2026-01-01\"

  [response.turnout_min]
  value = 1.5
  cite = \"某政发〔2026〕1号 第三条\"
  force = \"policy\"
  confidence = \"S\"

条目整体替换(数值连同条文)；宽于国家标准“应”的，会在成果中注明。";

pub(crate) const NETWORK: &str = "\
例：
  fireplan network data/demo --out network.gpkg

nodes 节点，edges 路段(精确线形、道路属性、长度、坡度、各类车辆在低、中、高速度下顺逆两个方向的行车秒数)，
forbidden_turns 禁止转向，rules 采用的规则。";

/// Heading of what every analysis takes.
const COMMON: &str = "数据、规则与成果";

const TEMPLATE: &str = "{about-with-newline}
用法：{usage}

{all-args}{after-help}
";

/// The command with Chinese headings; `run` has a subcommand for every analysis and one for all, each with `Common` added.
pub(crate) fn build_command<Cli: CommandFactory, Common: Args>() -> Command {
    let with_common = |question: Command| {
        let about = question.get_about().cloned().unwrap_or_default();
        // Adding arguments brings their struct's doc comment along as the description: put it right last.
        Common::augment_args(question.next_help_heading(COMMON)).about(about).long_about(None)
    };
    let questions = question::build_commands().map(with_common);
    let command = Cli::command()
        .mut_subcommand("run", |run| run.subcommand_required(true).arg_required_else_help(true).subcommands(questions));
    write_in_chinese(
        command
            .disable_version_flag(true)
            .arg(Arg::new("version").long("version").short('V').action(ArgAction::Version).help("显示版本")),
    )
}

fn write_in_chinese(command: Command) -> Command {
    let help = Arg::new("help")
        .long("help")
        .short('h')
        .action(ArgAction::Help)
        .help("显示说明(--help 更详细，有例子)")
        .help_heading("选项");
    command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .arg(help)
        .mut_args(|arg| match arg.get_help_heading() {
            _ if arg.is_positional() => arg.help_heading("参数"),
            None => arg.help_heading("选项"),
            Some(_) => arg,
        })
        .mut_subcommands(write_in_chinese)
}
