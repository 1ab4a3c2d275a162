//! What can go wrong with people.

/// What went wrong, said as `中文 | English`.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// There is nobody of that name.
    #[error("没有人员“{0}” | there is nobody called '{0}'")]
    Nobody(String),
    /// Somebody is called so already.
    #[error("已有人员“{0}” | somebody is called '{0}' already")]
    TakenName(String),
    /// The name cannot be used.
    #[error(
        "姓名应为 1–60 个字，不含空白开头结尾、冒号和不可见字符 | a name has 1 to 60 characters, no blank at its ends, no colon and nothing invisible"
    )]
    BadName,
    /// The password is too easily guessed.
    #[error(
        "口令至少 8 个字符，须含字母、数字、其他字符中的两类，且不含姓名 | a password has at least 8 characters, of two kinds among letters, digits and others, and not the name in it"
    )]
    WeakPassword,
    /// Name or password is wrong; it is not told which.
    #[error("姓名或口令不对 | the name or the password is wrong")]
    WrongPassword,
    /// It was wrong too often; in so many seconds it may be tried again.
    #[error("尝试次数过多，请 {0} 秒后再试 | too many attempts; try again in {0} seconds")]
    TooManyAttempts(u64),
    /// The file cannot be written.
    #[error("人员库 {path} 无法写入：{why} | the file of people {path} cannot be written: {why}")]
    Unwritable {
        /// The file.
        path: String,
        /// What SQLite says.
        why: String,
    },
    /// The file is something else, or of a newer program.
    #[error(
        "{0} 不是人员库，或由更新版本的程序写过 | {0} is no file of people, or was written by a newer version of the program"
    )]
    NoOffice(String),
    /// SQLite or the system failed.
    #[error("人员库 {path}：{why} | the file of people {path}: {why}")]
    OfficeFailed {
        /// The file.
        path: String,
        /// What was said.
        why: String,
    },
}

/// What an office gives, or what went wrong.
pub type OfficeResult<T> = Result<T, OfficeError>;
