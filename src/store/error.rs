//! What can go wrong with a store.

/// What went wrong, said as `中文 | English`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is none of that name.
    #[error("没有方案“{0}” | there is no scenario '{0}'")]
    Missing(String),
    /// It has no such revision.
    #[error("方案“{name}”没有第 {revision} 版 | scenario '{name}' has no revision {revision}")]
    MissingRevision {
        /// Its name.
        name: String,
        /// What was asked for.
        revision: i64,
    },
    /// There is one of that name already.
    #[error("已有方案“{0}”，请换一个名称 | there is a scenario '{0}' already; choose another name")]
    Taken(String),
    /// It was changed since the revision that the request knows.
    #[error("方案“{0}”已被他人修改，请刷新后重试 | the scenario '{0}' was changed meanwhile; reload it and try again")]
    Changed(String),
    /// The name cannot be used.
    #[error("{0:#}")]
    Name(anyhow::Error),
    /// The file cannot be written.
    #[error(
        "方案库 {path} 无法写入：{why}；请用 --store 指定可写的文件 | the store {path} cannot be written: {why}; name a writable file with --store"
    )]
    ReadOnly {
        /// The file.
        path: String,
        /// What SQLite says.
        why: String,
    },
    /// The disk is full.
    #[error("磁盘已满，{0} 未能写入；请清理后重试 | the disk is full and {0} was not written; make room and try again")]
    DiskFull(String),
    /// The scenario was kept by a newer program.
    #[error(
        "方案“{0}”由更新版本的程序保存，其中有本版本不认识的改动；请升级程序 | the scenario '{0}' was kept by a newer version of the program and has edits that this one does not know: upgrade it"
    )]
    Newer(String),
    /// The whole store was brought up to date by a newer program.
    #[error(
        "方案库 {0} 由更新版本的程序写过，请升级程序 | the store {0} was written by a newer version of the program: upgrade it"
    )]
    NewerStore(String),
    /// The file is something else.
    #[error("{0} 不是方案库；请用 --store 指定其他文件 | {0} is no store of scenarios; name another file with --store")]
    NoStore(String),
    /// There is no such run.
    #[error("没有成果 {0} | there is no run {0}")]
    MissingRun(String),
    /// Another service uses the area.
    #[error(
        "另一个 fireplan 服务正在使用 {0}；请先停止它，或用 --store 另选方案库 | another fireplan service is using {0}: stop it first, or name another store with --store"
    )]
    InUse(String),
    /// The run was kept by a program that wrote findings in another form.
    #[error(
        "成果 {0} 由其他版本的程序保存，请重新运行该分析 | run {0} was kept by another version of the program; ask the question again"
    )]
    OlderRun(String),
    /// A run cannot be written or read.
    #[error(
        "成果文件夹 {path} 无法读写：{why}；请检查磁盘空间和权限，或用 --store 另选位置 | the folder of runs {path} cannot be read or written: {why}; look at disk space and permissions, or name another place with --store"
    )]
    Run {
        /// The folder.
        path: String,
        /// What the system says.
        why: String,
    },
    /// SQLite failed.
    #[error("方案库 {path}：{source} | the store {path}: {source}")]
    Other {
        /// The file.
        path: String,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

/// What a store gives, or what went wrong.
pub type StoreResult<T> = Result<T, StoreError>;
