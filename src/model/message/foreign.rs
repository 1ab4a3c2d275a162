//! What libraries and the system say, in both languages.

use std::error::Error;
use std::io::ErrorKind;

use super::has_chinese;
use crate::rows::Label;

/// What one link of a chain of errors says.
pub(super) fn label_of(error: &(dyn Error + 'static)) -> Label {
    if let Some(error) = error.downcast_ref::<std::io::Error>() {
        return of_system(error);
    }
    if let Some(error) = error.downcast_ref::<toml::de::Error>() {
        return of_toml(error);
    }
    if let Some(error) = error.downcast_ref::<serde_json::Error>() {
        return of_json(error);
    }
    let text = error.to_string();
    if has_chinese(&text) { Label::parse(&text) } else { of_library(&text) }
}

fn of_system(error: &std::io::Error) -> Label {
    // An error that a library of ours put into one of the system keeps its own words.
    if error.raw_os_error().is_none()
        && let Some(inner) = error.get_ref()
    {
        let text = inner.to_string();
        return if has_chinese(&text) { Label::parse(&text) } else { of_library(&text) };
    }
    match error.kind() {
        ErrorKind::NotFound => Label::new("找不到文件或文件夹", "no such file or folder"),
        ErrorKind::PermissionDenied => Label::new("没有读写权限", "permission denied"),
        ErrorKind::IsADirectory => Label::new("是文件夹，不是文件", "it is a folder, not a file"),
        ErrorKind::NotADirectory => {
            Label::new("路径中有一段是文件，不是文件夹", "part of the path is a file, not a folder")
        }
        ErrorKind::AlreadyExists => {
            Label::new("已存在同名的文件或文件夹", "a file or folder of that name exists already")
        }
        ErrorKind::StorageFull => Label::new("磁盘已满，请清理后重试", "the disk is full: make room and try again"),
        ErrorKind::QuotaExceeded => Label::new("超出磁盘配额", "the disk quota is used up"),
        ErrorKind::ReadOnlyFilesystem => {
            Label::new("该处只读，不能写入；请换一个文件夹", "it is read-only: choose another folder")
        }
        ErrorKind::InvalidFilename => Label::new("文件名过长或不合法", "the file name is too long or not valid"),
        ErrorKind::FileTooLarge => Label::new("文件过大", "the file is too large"),
        ErrorKind::AddrInUse => Label::new("地址已被占用", "the address is in use"),
        ErrorKind::AddrNotAvailable => Label::new("本机没有这个地址", "this machine has no such address"),
        ErrorKind::OutOfMemory => Label::new("内存不足", "out of memory"),
        ErrorKind::UnexpectedEof => Label::new("文件不完整，中途结束", "the file ends in the middle"),
        ErrorKind::InvalidData => {
            Label::new("内容不是有效的文字(UTF-8)或已损坏", "the content is no valid text (UTF-8) or damaged")
        }
        ErrorKind::BrokenPipe => Label::new("输出已被关闭", "the output was closed"),
        ErrorKind::TimedOut => Label::new("超时", "timed out"),
        ErrorKind::ConnectionRefused => Label::new("连接被拒绝", "connection refused"),
        _ => match error.raw_os_error() {
            Some(code) => Label::new(format!("系统错误 {code}（{error}）"), error.to_string()),
            None => of_library(&error.to_string()),
        },
    }
}

fn of_toml(error: &toml::de::Error) -> Label {
    let told = of_parser(error.message());
    // The place stands in the first line of the whole message only: TOML parse error at line 4, column 1.
    let whole = error.to_string();
    let number = |word: &str| -> Option<usize> {
        let line = whole.lines().next()?;
        let digits = line.split_once(word)?.1;
        digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    match (number("line "), number("column ")) {
        (Some(line), Some(column)) => at_place(&told, line, column),
        _ => told,
    }
}

fn of_json(error: &serde_json::Error) -> Label {
    let whole = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let told = of_parser(whole.strip_suffix(&place).unwrap_or(&whole));
    if error.line() == 0 { told } else { at_place(&told, error.line(), error.column()) }
}

fn at_place(told: &Label, line: usize, column: usize) -> Label {
    Label::new(format!("第 {line} 行第 {column} 列：{}", told.zh), format!("line {line}, column {column}: {}", told.en))
}

/// What the parsers of TOML and JSON, and serde above them, say of a text.
pub(crate) fn of_parser(text: &str) -> Label {
    let text = text.trim();
    if has_chinese(text) && text.contains(" | ") {
        return Label::parse(text);
    }
    let zh = parsed(text).unwrap_or_else(|| {
        if text.is_ascii() { format!("格式有误（{text}）") } else { format!("格式有误：{text}") }
    });
    Label::new(zh, text)
}

/// The phrases of serde and of the parsers, in Chinese.
fn parsed(text: &str) -> Option<String> {
    let list = |names: &str| names.replace("one of ", "").replace(" or ", "、").replace(", ", "、");
    if let Some(rest) = text.strip_prefix("unknown field ").or_else(|| text.strip_prefix("unknown variant ")) {
        let (name, known) = rest.split_once(", ").unwrap_or((rest, ""));
        let known = known.strip_prefix("expected ").map(|known| format!("；可用的有 {}", list(known)));
        return Some(format!("不认识的项 {name}{}", known.unwrap_or_default()));
    }
    if let Some(name) = text.strip_prefix("missing field ") {
        return Some(format!("缺少 {name}"));
    }
    if let Some(name) = text.strip_prefix("duplicate field ").or_else(|| text.strip_prefix("duplicate key")) {
        return Some(format!("{}重复", if name.trim().is_empty() { "键" } else { name.trim() }));
    }
    for (start, what) in
        [("invalid type: ", "类型不对"), ("invalid value: ", "取值不对"), ("invalid length ", "个数不对")]
    {
        if let Some(rest) = text.strip_prefix(start) {
            let (is, wanted) = rest.split_once(", expected ")?;
            return Some(format!("{what}：写的是{}，应为{}", kind(is), kind(wanted)));
        }
    }
    let phrase = PHRASES.iter().find(|(en, _)| text.to_lowercase().starts_with(en))?;
    Some(phrase.1.to_owned())
}

/// How the parsers begin what they say of a text that is not well-formed.
const PHRASES: &[(&str, &str)] = &[
    ("eof while parsing", "内容不完整，中途结束"),
    ("expected value", "此处应有一个值"),
    ("expected ident", "写法有误"),
    ("expected `,` or `}`", "此处应为逗号或右花括号"),
    ("expected `,` or `]`", "此处应为逗号或右方括号"),
    ("expected `:`", "此处应为冒号"),
    ("key must be a string", "键应写成带引号的文字"),
    ("trailing comma", "多了一个逗号"),
    ("trailing characters", "末尾有多余的内容"),
    ("control character", "文字中有控制字符"),
    ("invalid number", "数写得不对"),
    ("number out of range", "数超出范围"),
    ("key with no value", "键后面缺少等号和值"),
    ("string values must be quoted", "文字须加引号"),
    ("invalid basic string", "引号没有成对"),
    ("invalid literal string", "引号没有成对"),
    ("unclosed", "括号或引号没有成对"),
    ("missing assignment", "键后面缺少等号"),
    ("missing value", "等号后面缺少值"),
    ("missing key", "等号前面缺少键"),
    ("unexpected key or value", "此处多了内容，一行只写一项"),
    ("invalid unquoted key", "键须加引号，或只用字母、数字、下划线"),
    ("invalid utf-8", "不是 UTF-8 编码，请另存为 UTF-8"),
    ("stream did not contain valid utf-8", "不是 UTF-8 编码，请另存为 UTF-8"),
    ("recursion limit", "嵌套层数过多"),
];

/// What a value is or should be.
fn kind(text: &str) -> String {
    const KINDS: &[(&str, &str)] = &[
        ("a sequence", "列表"),
        ("sequence", "列表"),
        ("a map", "表"),
        ("map", "表"),
        ("struct", "表"),
        ("a boolean", "true 或 false"),
        ("boolean", "真假值"),
        ("a string", "文字"),
        ("string", "文字"),
        ("floating point", "小数"),
        ("integer", "整数"),
        ("an array", "列表"),
        ("null", "空值"),
        ("unit", "空值"),
        ("f64", "数"),
        ("f32", "数"),
        ("usize", "不小于 0 的整数"),
        ("u8", "不小于 0 的整数"),
        ("u16", "不小于 0 的整数"),
        ("u32", "不小于 0 的整数"),
        ("u64", "不小于 0 的整数"),
        ("i32", "整数"),
        ("i64", "整数"),
    ];
    if has_chinese(text) && text.contains(" | ") {
        return Label::parse(text).zh;
    }
    let known = KINDS.iter().find_map(|(en, zh)| Some((text.strip_prefix(en)?, zh)));
    match known {
        Some((rest, zh)) if rest.is_empty() || rest.starts_with(' ') => {
            let value = rest.trim().trim_matches('`');
            let value = value.strip_suffix(" elements").or_else(|| value.strip_suffix(" element")).unwrap_or(value);
            if value.is_empty() || text.starts_with("struct") { (*zh).to_owned() } else { format!("{zh} {value}") }
        }
        _ => format!(" {text}"),
    }
}

/// What GDAL and other libraries say; words of theirs that are not known here are quoted.
fn of_library(text: &str) -> Label {
    let text = text.trim();
    let said = text.split_once("msg: '").map_or(text, |(_, said)| said.trim_end_matches(['\'', '"', '.']));
    let lower = said.to_lowercase();
    let known = LIBRARY.iter().find(|(en, _)| lower.contains(en));
    match known {
        Some((_, zh)) => Label::new(*zh, said),
        None if text.is_empty() => Label::default(),
        None if text.starts_with("GDAL") || text.starts_with("OGR") => {
            // Without words of its own there is only the name of a function, which tells planners nothing.
            let mute = said.is_empty() || said == text;
            let zh = if mute {
                "读取程序没有说明原因，文件多半已损坏，或扩展名与内容不符".to_owned()
            } else {
                format!("GDAL 报告：{said}")
            };
            Label::new(zh, if mute { text } else { said })
        }
        None if said.contains(" is not in ") => Label::new(said.replacen(" is not in ", " 不在范围 ", 1), said),
        None => match parsed(said) {
            Some(zh) => Label::new(zh, said),
            None => Label::new(format!("底层报告：{said}"), said),
        },
    }
}

/// What libraries say in part, and what it means.
const LIBRARY: &[(&str, &str)] = &[
    ("no such file", "找不到文件"),
    ("does not exist in the file system", "找不到文件"),
    ("permission denied", "没有读写权限"),
    ("not recognized as", "不是能识别的数据格式"),
    ("not recognised as", "不是能识别的数据格式"),
    ("file format not supported", "不是能识别的数据格式"),
    ("no space left", "磁盘已满，请清理后重试"),
    ("unable to open", "打不开文件"),
    ("sql expression parsing error", "where 条件写法有误"),
    ("syntax error", "写法有误"),
    ("unrecognized field name", "where 条件用到的列不存在"),
    ("no such column", "where 条件用到的列不存在"),
    ("invalid utf-8", "不是 UTF-8 编码，请另存为 UTF-8"),
    ("valid utf-8", "不是 UTF-8 编码，请另存为 UTF-8"),
    ("invalid float literal", "不是数"),
    ("invalid digit found", "不是整数"),
    ("database is locked", "正被另一程序使用，请稍后重试"),
    ("database disk image is malformed", "数据库文件已损坏"),
    ("file is not a database", "不是数据库文件"),
    ("attempt to write a readonly database", "该处只读，不能写入"),
    ("disk i/o error", "磁盘读写出错"),
    ("crs not found", "不认识这个坐标系"),
    ("unsupported srs", "不认识这个坐标系"),
    ("invalid ip address", "不是 IP 地址，应如 127.0.0.1"),
    ("tag not closed", "内容不完整，中途结束"),
    ("ill-formed document", "XML 的标签没有成对"),
    ("corrupt deflate", "压缩内容已损坏"),
    ("corrupt gzip", "压缩内容已损坏"),
    ("invalid gzip header", "不是 gzip 压缩文件"),
    ("bz2", "压缩内容已损坏"),
    ("null pointer", "GDAL 打不开或读不了这份数据"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_in_toml_are_told_in_chinese_with_their_place() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Settings {
            #[allow(dead_code, reason = "only its reading matters")]
            name: String,
        }
        for (text, part) in [
            ("name = 'x'\nnome = 1", "第 2 行第 1 列：不认识的项 `nome`；可用的有 `name`"),
            ("name = 1", "第 1 行第 8 列：类型不对：写的是整数 1，应为文字"),
            ("", "缺少 `name`"),
        ] {
            let told = of_toml(&toml::from_str::<Settings>(text).unwrap_err());
            assert!(told.zh.contains(part), "{} / {part}", told.zh);
            assert!(!has_chinese(&told.en), "{}", told.en);
        }
        let told = of_toml(&toml::from_str::<Settings>("name = ").unwrap_err());
        assert!(has_chinese(&told.zh) && told.zh.contains("第 1 行"), "{}", told.zh);
    }

    #[test]
    fn mistakes_in_json_are_told_in_chinese_with_their_place() {
        for text in ["{", "{\"a\" 1}", "[1,]", "nul", "{\"a\": 1} 2"] {
            let told = of_json(&serde_json::from_str::<serde_json::Value>(text).unwrap_err());
            assert!(has_chinese(&told.zh) && told.zh.starts_with("第 1 行"), "{}", told.zh);
        }
    }

    #[test]
    fn what_gdal_says_is_not_shown_in_the_words_of_its_functions() {
        let told = of_library(
            "GDAL method 'GDALOpenEx' returned a NULL pointer. Error msg: '`a.shp' not recognized as being in a supported file format.'",
        );
        assert_eq!(told.zh, "不是能识别的数据格式");
        assert!(has_chinese(&of_library("something else broke").zh));
    }
}
