//! The numbers of chapters and articles: as lists that number themselves, and as words.

use super::spec::DocumentNumbering;

/// The lists that number chapters and articles.
pub(super) const CHAPTERS: usize = 1;
const ARTICLES: usize = 2;

/// Chapters and articles number themselves, so that people may add some. Articles have a list of their own, since they go on
/// through all chapters. The library's own numbering part has its elements in an order that Word does not take.
pub(super) fn write_numbering(kind: DocumentNumbering) -> Vec<u8> {
    let level = |at: usize, format: &str, text: &str| {
        format!(
            "<w:lvl w:ilvl=\"{at}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{format}\"/><w:suff w:val=\"space\"/>\
             <w:lvlText w:val=\"{text}\"/><w:lvlJc w:val=\"left\"/></w:lvl>"
        )
    };
    let (chapters, articles) = match kind {
        DocumentNumbering::Articles => {
            (level(0, "chineseCountingThousand", "第%1章"), level(0, "chineseCountingThousand", "第%1条"))
        }
        DocumentNumbering::Sections => (level(0, "decimal", "%1") + &level(1, "decimal", "%1.%2"), String::new()),
    };
    let list = |id: usize, levels: &str| {
        format!(
            "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"multilevel\"/>{levels}</w:abstractNum>"
        )
    };
    let number = |id: usize| format!("<w:num w:numId=\"{id}\"><w:abstractNumId w:val=\"{id}\"/></w:num>");
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<w:numbering \
         xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">{}{}{}{}</w:numbering>",
        list(CHAPTERS, &chapters),
        list(ARTICLES, &articles),
        number(CHAPTERS),
        number(ARTICLES)
    );
    text.into_bytes()
}

/// The list that an article's heading belongs to, and its level there.
pub(super) fn article_list(kind: DocumentNumbering) -> (usize, usize) {
    match kind {
        DocumentNumbering::Articles => (ARTICLES, 0),
        DocumentNumbering::Sections => (CHAPTERS, 1),
    }
}

/// 第一章, or 1.
pub(super) fn chapter_label(numbering: DocumentNumbering, number: usize) -> String {
    match numbering {
        DocumentNumbering::Articles => format!("第{}章", chinese_number(number)),
        DocumentNumbering::Sections => number.to_string(),
    }
}

/// 一, 十, 十一, 二十三: up to 99, beyond that in figures.
pub(super) fn chinese_number(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match number {
        1..=9 => DIGITS[number].to_owned(),
        10..=19 => format!("十{}", DIGITS[number - 10]),
        20..=99 => format!("{}十{}", DIGITS[number / 10], DIGITS[number % 10]),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_chinese() {
        assert_eq!([1, 10, 11, 20, 48].map(chinese_number), ["一", "十", "十一", "二十", "四十八"]);
    }
}
