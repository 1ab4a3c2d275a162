//! The long texts of the help for what an office does: people, trail, backups.

pub(crate) const USER: [&str; 2] = [
    "\
例：
  fireplan user add 项目文件夹 王工 --role edit              可编辑全部项目；口令显示一次
  fireplan user add 项目文件夹 李工 --role view --area 某县   只看一个项目
  fireplan user role 项目文件夹 李工 edit --area 某县
  fireplan user list 项目文件夹

看：查看、下载。编：另可运行分析、改方案、编制成果包。管：另可删除他人成果、归档项目、查看操作记录。
添加第一个人之后，访问服务须登录；QGIS、脚本用姓名和口令(HTTP Basic)。",
    "\
Examples:
  fireplan user add projects Wang --role edit               edits every project; the password is shown once
  fireplan user add projects Li --role view --area county   looks at one project
  fireplan user role projects Li edit --area county
  fireplan user list projects

view: looks and downloads. edit: also runs analyses, changes scenarios, makes packages. manage: also deletes what others made,
archives projects, reads the trail. Once there is somebody, people sign in; QGIS and scripts send name and password (HTTP Basic).",
];

pub(crate) const AUDIT: [&str; 2] = [
    "\
例：
  fireplan audit verify 项目文件夹
  fireplan audit verify 项目文件夹 --expect 上次记下的摘要
  fireplan audit export 项目文件夹 --out 操作记录.xlsx

每条记录含上一条的摘要，改动、删减、插入都会被发现；末尾是否缺少，请与另处记下的最后摘要核对。",
    "\
Examples:
  fireplan audit verify projects
  fireplan audit verify projects --expect DIGEST_NOTED_EARLIER
  fireplan audit export projects --out trail.xlsx

Every row has the digest of the one before, so that changes, gaps and insertions show; whether rows are missing at the end shows
by a digest that was noted elsewhere.",
];

pub(crate) const BACKUP: [&str; 2] = [
    "\
例：
  fireplan backup 项目文件夹 --out /备份/2026-11-30.zip      全部项目，含人员和操作记录
  fireplan backup data/demo --out 示例.zip                   一个规划范围

服务运行时也可备份：方案库用 SQLite 在线备份，每份成果整份或不含，其他文件读到一致为止。",
    "\
Examples:
  fireplan backup projects --out /backup/2026-11-30.zip      every project, with people and trail
  fireplan backup data/demo --out demo.zip                   one area

A service may go on meanwhile: stores are copied by the online backup of SQLite, each run is whole or not in it, and other files
are read until they stand still.",
];

pub(crate) const RESTORE: [&str; 2] = [
    "\
例：
  fireplan restore /备份/2026-11-30.zip --to 恢复的项目
  fireplan serve 恢复的项目",
    "\
Examples:
  fireplan restore /backup/2026-11-30.zip --to restored
  fireplan serve restored",
];
