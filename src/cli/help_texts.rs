//! The long texts of the help: examples and what stands behind them.

use fireplan_model::message::Language;

use crate::help_office;

/// What the program is.
pub(crate) const ABOUT: &str = "消防专项规划的空间分析与地图服务。
读入县区的道路、消防站、村庄等数据，按国家标准和地方规定计算响应覆盖等，每个结论都注明条文。 | Spatial analysis and map service for fire special plans.
Reads roads, stations, villages and more of a county and computes by national standards and local rules; every finding names its clause.";

/// The examples of a command by its name; the program itself has those of its first use.
pub(crate) fn find_examples(command: &str, language: Language) -> Option<&'static str> {
    let [zh, en] = match command {
        "fireplan" => FIRST_USE,
        "new" => NEW,
        "check" => CHECK,
        "run" => RUN,
        "serve" => SERVE,
        "scenario" => SCENARIO,
        "compare" => COMPARE,
        "rules" => RULES,
        "form" => FORM,
        "corrections" => CORRECTIONS,
        "network" => NETWORK,
        "atlas" => ATLAS,
        "package" => PACKAGE,
        "user" => help_office::USER,
        "audit" => help_office::AUDIT,
        "backup" => help_office::BACKUP,
        "restore" => help_office::RESTORE,
        "batch" => BATCH,
        _ => return None,
    };
    Some(language.either(zh, en))
}

const FIRST_USE: [&str; 2] = [
    "\
第一次使用：
  fireplan check data/demo                                看看示例数据里有什么
  fireplan run coverage data/demo --out out/coverage      算响应覆盖，写出成果文件
  fireplan serve data/demo                                在浏览器里看地图

换成自己的数据：把数据放进一个文件夹，由程序写出说明它们的 area.toml；或直接给一个 OSM 数据文件：
  fireplan new 我的数据 --out 我的项目
  fireplan serve liechtenstein-latest.osm.pbf

每个命令都有更详细的说明和例子：fireplan <命令> --help",
    "\
For the first time:
  fireplan check data/demo                                what the demo data hold
  fireplan run coverage data/demo --out out/coverage      response coverage, with its files
  fireplan serve data/demo                                the map in a browser

With your own data: put them in a folder, and the program writes the area.toml that describes them; or one OSM extract:
  fireplan new my-data --out my-area
  fireplan serve liechtenstein-latest.osm.pbf

Every command has more to tell, with examples: fireplan <command> --help",
];

const NEW: [&str; 2] = [
    "\
例：
  fireplan new 我的数据 --out 我的项目
  fireplan new 我的数据 --out 我的项目 --answers questions.toml
  fireplan new 我的数据 --out 我的项目 --dictionary 本局词典.toml

逐个查看文件夹里的文件(zip 会打开，坏文件不影响其他)，认出图层、坐标系、编码、列名行、各列含义、单位和代码，写出 area.toml，
每项注明依据；认不准的不猜：在终端上逐条询问，否则写入项目文件夹中的 questions.toml，退出码为 3，填好后再运行一次即可。
数据留在原处(--copy 则复制)。再次运行不改动任何内容；手工改过的 area.toml 不会被覆盖。最后列出数据检查结果。",
    "\
Examples:
  fireplan new my-data --out my-area
  fireplan new my-data --out my-area --answers questions.toml
  fireplan new my-data --out my-area --dictionary ours.toml

Looks at every file of the folder (archives are opened, a broken file does not stop the others), recognises layers, coordinate
systems, encodings, headings, columns, units and codes, and writes area.toml with what speaks for each. What is doubtful is not
guessed: it is asked on a terminal, or else written to questions.toml in the project's folder, with exit code 3; fill it in and
run the same command again. The data stay where they are (--copy copies them). Running it again changes nothing; an area.toml
that was edited by hand stands. At the end stands the report on the data.",
];

const CHECK: [&str; 2] = [
    "\
例：
  fireplan check data/demo
  fireplan check guixi.osm.pbf
  fireplan check data/demo --html 数据质量报告.html --effects

逐层列出读到多少、略去多少和原因(每种最多举五例)、采用的坐标系、路网规模和连通情况。
--html 写出可打印的报告，逐条列出存疑和未采用的数据。--effects 逐类假定存疑的值属实，重算相关分析，
列出哪些对象由待核变为已知、哪些指标改变；不加则不算，因为要多次运行分析。",
    "\
Examples:
  fireplan check data/demo
  fireplan check guixi.osm.pbf
  fireplan check data/demo --html report.html --effects

Tells layer by layer what was read, what was left out and why (at most five examples of each kind), the coordinate
systems, the size of the road network and how it hangs together. --html writes a report to print, with every doubt and
all that was left out. --effects supposes the doubted values of each note to be true and answers again what reads them;
without it nothing is computed, for the analyses run several times.",
];

const RUN: [&str; 2] = [
    "\
例：
  fireplan run coverage data/demo --out out
  fireplan run coverage data/demo --out out --profile jincheng --set response.time_min=6
  fireplan run all data/demo --out out

成果：findings.gpkg(QGIS 可打开)、layers/*.geojson、tables/*.csv(Excel 可打开)、
findings.json(数字、检查结论、数据说明、输入文件和规则的清单)。同样的输入得到逐字节相同的文件。",
    "\
Examples:
  fireplan run coverage data/demo --out out
  fireplan run coverage data/demo --out out --profile jincheng --set response.time_min=6
  fireplan run all data/demo --out out

Results: findings.gpkg (opens in QGIS), layers/*.geojson, tables/*.csv (open in Excel), findings.json (figures, checks,
notes on the data, inputs and rules). The same inputs give the same bytes.",
];

const SERVE: [&str; 2] = [
    "\
例：
  fireplan serve data/demo
  fireplan serve data/demo --port 9000 --profile kaizhou
  fireplan serve data/demo --bind 0.0.0.0                 让同一网络的其他电脑也能访问
  fireplan serve 项目文件夹                                其中的每个项目；可在网页上新建、复制、归档

QGIS、ArcGIS Pro 等可把同一地址作为 OGC API 服务添加。",
    "\
Examples:
  fireplan serve data/demo
  fireplan serve data/demo --port 9000 --profile kaizhou
  fireplan serve data/demo --bind 0.0.0.0                 other machines of the network can open it, too
  fireplan serve projects                                 every project in the folder; the page makes, copies and archives

QGIS, ArcGIS Pro and others can add the same address as an OGC API connection.",
];

const SCENARIO: [&str; 2] = [
    "\
例：
  fireplan scenario list data/demo
  fireplan scenario show data/demo 近期
  fireplan scenario export data/demo 近期 > 近期.json
  fireplan scenario import data/demo 近期.json
  fireplan run coverage data/demo --out out/近期 --scenario 近期

方案是一串改动，依次生效：新建、迁移、撤销、升级消防站，打通、封闭、拓宽、加固道路，新建道路、桥梁、消火栓、水源。
写成 JSON：{ \"name\": \"近期\", \"edits\": [ { \"edit\": \"add_station\", \"name\": \"东站\", \"at\": [102.31, 39.84] } ] }
消防站和道路用来源编号、名称或 #序号 指明。",
    "\
Examples:
  fireplan scenario list data/demo
  fireplan scenario show data/demo near
  fireplan scenario export data/demo near > near.json
  fireplan scenario import data/demo near.json
  fireplan run coverage data/demo --out out/near --scenario near

A scenario is a list of changes, made in order: stations built, moved, closed, upgraded; roads opened, closed, widened,
strengthened; new roads, bridges, hydrants, water.
As JSON: { \"name\": \"near\", \"edits\": [ { \"edit\": \"add_station\", \"name\": \"East\", \"at\": [102.31, 39.84] } ] }
Stations and roads are named by source id, name or #number.",
];

const COMPARE: [&str; 2] = [
    "\
例：
  fireplan run coverage data/demo --out out/现状
  fireplan run coverage data/demo --out out/近期 --scenario 近期
  fireplan compare out/现状 out/近期

同一种分析的两次运行：指标的增减，各图层中改善、变差、新增、消失的对象和人数、道路长度，结论变化的条文检查，不同的规则。",
    "\
Examples:
  fireplan run coverage data/demo --out out/before
  fireplan run coverage data/demo --out out/near --scenario near
  fireplan compare out/before out/near

Two runs of one analysis: what the figures gain and lose, what improves, worsens, appears and vanishes in each layer with
people and lengths, checks whose verdict changes, rules that differ.",
];

const FORM: [&str; 2] = [
    "\
例：
  fireplan form data/demo --profile kaizhou --out 填报表.xlsx

工作簿每类对象一张表(区县、乡镇街道、村社区、重点单位)，行是图上已有的对象，列是文件要求而地图算不出的事项；
表头批注写明要求、依据、时限和责任单位，下拉框选“是”“否”。填好后在 area.toml 中写：
  [reports]
  source = \"填报表.xlsx\"
没有填的为“未填报”，既不算完成也不算未完成。",
    "\
Example:
  fireplan form data/demo --profile kaizhou --out form.xlsx

One sheet per kind of unit (district, towns, villages, key units), a row for each that is on the map, a column for
everything that the notice asks and no map tells; notes at the headings say what is asked, the clause, the day and who is
responsible. When it is filled in, say in area.toml:
  [reports]
  source = \"form.xlsx\"
What is left empty is \"not reported\": neither met nor broken.",
];

const CORRECTIONS: [&str; 2] = [
    "\
例：
  fireplan corrections data/demo --out 现场核查表.xlsx

工作簿每个图层一张表，行是有待核事项的对象(编号与现场核查单相同)，列是可以核实的事项，待核的为黄色格；只填核实到的值，
并填核查日期和核查人。填好后在 area.toml 中写：
  [corrections]
  source = \"现场核查表.xlsx\"
填写的值代替原数据，逐条列在数据说明中，文件摘要列入成果；没有填的不改。没有日期或核查人的行不采用。",
    "\
Example:
  fireplan corrections data/demo --out found.xlsx

One sheet per layer, a row for each feature of which something is not known (the id is that of its field sheet), a column for
each fact that can be verified, what is not known in yellow; fill in what was found, with the day and the person. Then say in
area.toml:
  [corrections]
  source = \"found.xlsx\"
What is filled in takes the place of the data and is listed in the notes, its file by its digest in the findings; what is left
empty changes nothing. Rows without a day or a person are not used.",
];

const RULES: [&str; 2] = [
    "\
例：
  fireplan rules
  fireplan rules --profile kaizhou
  fireplan rules --obligations --profile kaizhou
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

条目整体替换(数值连同条文)；宽于国家标准“应”的，会在成果中注明。",
    "\
Examples:
  fireplan rules
  fireplan rules --profile kaizhou
  fireplan rules --obligations --profile kaizhou
  fireplan rules --profile county.toml --set response.access_limit_m=200

Figures marked as unverified rest on no clause and are defaults to be changed. To write rules of your own, begin a .toml
file with title, document and date, then the entries to replace, such as:

  title = \"X county\"
  document = \"Notice 1 of 2026\"
  date = \"2026-01-01\"

  [response.turnout_min]
  value = 1.5
  cite = \"Notice 1 of 2026, section 3\"
  force = \"policy\"
  confidence = \"S\"

Entries are replaced whole, figure and clause; what is looser than a national \"shall\" is told in the results.",
];

const NETWORK: [&str; 2] = [
    "\
例：
  fireplan network data/demo --out network.gpkg

nodes 节点，edges 路段(精确线形、道路属性、长度、坡度、各类车辆在低速、基准、有利、高速四种情形下顺逆两个方向的行车秒数)，
forbidden_turns 禁止转向，rules 采用的规则，obstacles 道路障碍物(如有)。",
    "\
Example:
  fireplan network data/demo --out network.gpkg

nodes; edges (exact lines, attributes, lengths, gradients, driving seconds of every vehicle under the low, base, favourable and high reading in
both directions); forbidden_turns; rules in force; obstacles, if any.",
];

const ATLAS: [&str; 2] = [
    "\
例：
  fireplan atlas data/demo --out 规划图集_A3.pdf
  fireplan atlas data/demo --sheets 03,06 --out 两张图.pdf
  fireplan atlas data/demo --profile jincheng --scenario 近期 --facts 规划.toml --out 规划图集_A3.pdf

先运行各图所需的分析，再绘图。缺资料的图列入图纸目录并写明缺什么。
有 --scenario 时，规划图、图则和分镇图都按方案实施后绘制并注明方案，现状图仍为方案前；缺省只有规划实施后的图取选址提出的方案。
名称、期限、单位等缺省取规划范围文件夹中的 package.toml，--facts 也可用这样的文件；或在规划.toml 中写(都可以不写，缺的在图上留作【 】)：
  title = \"某县消防专项规划\"
  stage = \"送审稿\"
  term = \"2026—2035年\"
  base_year = \"2025年\"
  commissioned_by = \"某县人民政府\"
  made_by = \"某规划设计院\"
  date = \"2026年11月\"
  base_map_number = \"某S(2026)001号\"
同样的输入得到逐字节相同的 PDF。",
    "\
Examples:
  fireplan atlas data/demo --out atlas.pdf
  fireplan atlas data/demo --sheets 03,06 --out two.pdf
  fireplan atlas data/demo --profile jincheng --scenario near --facts plan.toml --out atlas.pdf

Runs what the sheets show, then draws them. Sheets whose data are missing stand in the list of sheets with the reason. With
--scenario, all sheets of the plan are of the area under it and name it, and those of the present of the area before; without
it, the sheets of the planned state show what siting proposes. What is known of the plan is read from package.toml in the
folder of the area, from such a file as --facts, or from plan.toml, all optional: title, stage,
term, base_year, commissioned_by, made_by, date, base_map_number, height_datum; what is missing stays a marked place.
The same input gives the same bytes.",
];

const PACKAGE: [&str; 2] = [
    "\
例：
  fireplan package data/demo --out out/package
  fireplan package data/demo --out out/package --profile jincheng --public

全部分析各算一遍，写出 规划文本.docx、规划说明书.docx、规划附表.xlsx(19 张表)、数据库(.gpkg、.gdb、GBK .shp 和数据字典)、
依据与可信度表、待核清单、重算说明和成果清单(SHA-256)，并打成 zip。规划名称、编制单位、期限、目标写在规划范围文件夹的
package.toml 中；没有写的以【 】留空。

再次生成到同一文件夹时，人工在 docx 中写的内容保留，没有动过的条文随数据更新，变化列在 7 审查/前后版本差异.xlsx。
--final 在强制性内容还有未核实数值时拒绝并指出是哪些。",
    "\
Examples:
  fireplan package data/demo --out out/package
  fireplan package data/demo --out out/package --profile jincheng --public

Asks every question once and writes the plan's text and explanation (docx), its 19 tables (xlsx), the database (.gpkg, .gdb, .shp
in GBK, dictionary), the basis of every figure, the list of what is still open, how to compute it again and the SHA-256 of every
file, and packs them into a zip. Name, bodies, term and targets of the plan stand in package.toml in the folder of the area; what
is not said there stays open in 【 】.

Made again into the same folder, it keeps what people wrote into the docx, renews articles that they left alone, and lists what
changed. --final refuses while an unverified figure stands in the mandatory content, and says which.",
];

const BATCH: [&str; 2] = [
    "\
例：
  fireplan batch plan 省 --out 划分 --column code --prefix 6
  fireplan batch border 划分
  fireplan run coverage 划分/counties/001-410102 --arrivals 划分/border/001-410102.mpk.gz --own 410102 --bands-min \"\" --out 划分/results/001-410102
  fireplan batch merge 划分 --out 全省成果

划分按 towns 图层的一列分县，写出每县的数据；边界把全省路网算一次，写出各县边界处各队何时到达；各县可在任何机器上以任何次序运行，
失败的重跑即可；合并得到与整省一次运行逐位相同的成果。缺县、数据改动、参数不一致都会拒绝并说明。目前 coverage(不画等时面)可以分县，
其余分析整省运行，划分时逐项列出。",
    "\
Examples:
  fireplan batch plan province --out plan --column code --prefix 6
  fireplan batch border plan
  fireplan run coverage plan/counties/001-410102 --arrivals plan/border/001-410102.mpk.gz --own 410102 --bands-min \"\" --out plan/results/001-410102
  fireplan batch merge plan --out results

The plan tells counties by a column of the towns and writes what each sees; the border searches the network of the province once
and writes when each crew is where the networks of counties were cut; counties run on any machine in any order, and what failed is
run again; merging gives what one run on the province would, to the last digit. Missing counties, changed data and other
parameters are refused and named. So far coverage, without time bands, can be cut; the plan tells of every analysis how it is run.",
];
