//! Quotation marks of a CSV file. To GDAL every mark opens or closes a text that may run over lines, so that one mark too
//! many swallows rows up to the next one, or to the end of the file. Here the marks are checked before GDAL sees them.

/// A CSV text whose quotation marks come in pairs, with what had to be done to it: line numbers, first line 1.
#[derive(Debug, Default, PartialEq)]
pub(super) struct CheckedText {
    pub(super) text: String,
    /// Lines with a mark too many, which was taken out.
    pub(super) stray_quotes: Vec<usize>,
    /// Lines with more or fewer cells than the heading.
    pub(super) odd_lines: Vec<usize>,
    /// Lines with characters of no text (NUL), which were taken out.
    pub(super) broken_lines: Vec<usize>,
    /// The last line, where it has cells and, unlike all before it, no end: a file that was cut short may end within a number.
    pub(super) unended_lines: Vec<usize>,
}

/// Checks a text line by line.
pub(super) fn check(text: &str) -> CheckedText {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut checked = CheckedText { text: String::with_capacity(text.len()), ..CheckedText::default() };
    let Some(heading) = lines.iter().position(|line| !line.trim().is_empty()) else { return checked };
    let separator = separator(lines[heading]);
    let wanted = cells(lines[heading], separator).count;
    let mut at = 0;
    while at < lines.len() {
        let end = record_end(&lines, at, separator, wanted);
        let record: String = lines[at..end].concat();
        let read = cells(&record, separator);
        if read.is_closed && at == heading {
            // A heading that runs over lines, as wrapped cells do, would be cut by the driver at the first.
            let ending = &record[record.trim_end_matches(['\r', '\n']).len()..];
            push(&mut checked, &(record.trim_end().replace(['\r', '\n'], "") + ending), at);
        } else if read.is_closed {
            push(&mut checked, &record, at);
        } else {
            checked.stray_quotes.push(at + 1);
            let mended = without_stray_quotes(&record, separator);
            push(&mut checked, &mended, at);
        }
        let is_blank = record.trim().is_empty();
        // Empty cells at the end of a line are left away by many programs, and a line of one cell is a title or a remark.
        let count = cells(&record, separator).count;
        if !is_blank && at > heading && count != wanted && wanted > 1 && read.is_closed {
            checked.odd_lines.push(at + 1);
        }
        at = end;
    }
    let has_end = |line: &&str| line.ends_with('\n');
    checked
        .unended_lines
        .extend(lines.last().filter(|last| !has_end(last) && lines.len() > heading + 1).map(|_| lines.len()));
    checked
}

fn push(checked: &mut CheckedText, record: &str, at: usize) {
    if record.contains('\0') {
        checked.broken_lines.push(at + 1);
        checked.text.extend(record.chars().filter(|c| *c != '\0'));
    } else {
        checked.text.push_str(record);
    }
}

/// Up to which line the record goes that begins at this one: further than the next only where a quoted text really runs
/// over lines, which has an end, the right number of cells, and no lines in it that look like rows themselves.
fn record_end(lines: &[&str], at: usize, separator: char, wanted: usize) -> usize {
    /// No cell of a table runs over more lines.
    const MOST_LINES: usize = 200;
    let mut record = lines[at].to_owned();
    if cells(&record, separator).is_closed {
        return at + 1;
    }
    let looks_like_row = |line: &str| wanted > 1 && line.matches(separator).count() + 1 == wanted;
    for end in at + 1..lines.len().min(at + MOST_LINES) {
        record.push_str(lines[end]);
        let read = cells(&record, separator);
        if read.is_closed {
            let fits = wanted == 1 || read.count == wanted;
            let is_text = read.is_proper && fits && !lines[at + 1..=end].iter().any(|line| looks_like_row(line));
            return if is_text { end + 1 } else { at + 1 };
        }
    }
    at + 1
}

/// The cells of a record.
struct Cells {
    count: usize,
    /// Every quoted text has its end.
    is_closed: bool,
    /// Quoted texts begin and end with their cells.
    is_proper: bool,
}

/// Counts the cells as GDAL does: a mark anywhere opens or closes, a doubled one within a quoted text stands for itself.
fn cells(record: &str, separator: char) -> Cells {
    let mut cells = Cells { count: 1, is_closed: true, is_proper: true };
    let mut before = separator;
    let mut characters = record.trim_end_matches(['\r', '\n']).chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if cells.is_closed => {
                cells.is_proper &= before == separator;
                cells.is_closed = false;
            }
            '"' if characters.peek() == Some(&'"') => {
                characters.next();
            }
            '"' => {
                cells.is_proper &= characters.peek().is_none_or(|next| *next == separator);
                cells.is_closed = true;
            }
            c if c == separator && cells.is_closed => cells.count += 1,
            _ => {}
        }
        before = c;
    }
    cells
}

/// The line with its paired quoted cells as they are, and every other mark taken out.
fn without_stray_quotes(line: &str, separator: char) -> String {
    let ending = &line[line.trim_end_matches(['\r', '\n']).len()..];
    let mut mended = String::with_capacity(line.len());
    let mut rest = line.trim_end_matches(['\r', '\n']);
    loop {
        let (cell, after) = next_cell(rest, separator);
        match cell.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
            Some(inner) if inner.matches('"').count() % 2 == 0 && !inner.replace("\"\"", "").contains('"') => {
                mended.push_str(cell);
            }
            _ => mended.extend(cell.chars().filter(|c| *c != '"')),
        }
        let Some(after) = after else { break };
        mended.push(separator);
        rest = after;
    }
    mended.push_str(ending);
    mended
}

/// The next cell of a line, and what follows its separator: a quoted one that is well formed, or else up to the next separator.
fn next_cell(rest: &str, separator: char) -> (&str, Option<&str>) {
    if rest.starts_with('"') {
        let mut marks = rest.match_indices('"').skip(1).peekable();
        while let Some((at, _)) = marks.next() {
            if marks.peek().is_some_and(|(next, _)| *next == at + 1) {
                marks.next();
                continue;
            }
            let after = &rest[at + 1..];
            match after.chars().next() {
                None => return (rest, None),
                Some(c) if c == separator => return (&rest[..=at], Some(&after[separator.len_utf8()..])),
                Some(_) => break,
            }
        }
    }
    match rest.split_once(separator) {
        Some((cell, after)) => (cell, Some(after)),
        None => (rest, None),
    }
}

/// What parts the cells: of the marks in use the one that the heading has most.
fn separator(heading: &str) -> char {
    let count = |separator: &char| heading.matches(*separator).count();
    // Of equally frequent ones the last is taken, so the comma stands there.
    ['|', '\t', ';', ','].into_iter().max_by_key(count).unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn rows(text: &str) -> usize {
        check(text).text.lines().filter(|line| !line.is_empty()).count()
    }

    #[test]
    fn a_stray_mark_is_taken_out_and_its_line_named() {
        for line in ["5,\"北街", "5,北\"街", "5,北街\"", "\"5,北街", "5,\"北\"街\""] {
            let text = format!("编号,道路\n4,东街\n{line}\n6,西街\n7,\"南,街\"\n");
            let checked = check(&text);
            assert_eq!(checked.stray_quotes, [3], "{line}");
            assert!(checked.text.ends_with("6,西街\n7,\"南,街\"\n"), "{}", checked.text);
            assert!(checked.text.contains("5,北街\n"), "{}", checked.text);
        }
    }

    #[test]
    fn two_stray_marks_far_apart_do_not_swallow_what_lies_between() {
        let text = "编号,道路\n1,\"东街\n2,西街\n3,南街\n4,北街\"\n5,中街\n";
        let checked = check(text);
        assert_eq!((checked.stray_quotes.as_slice(), rows(text)), (&[2, 5][..], 6));
    }

    #[test]
    fn texts_over_lines_and_doubled_marks_are_left_alone() {
        for text in [
            "编号,备注\n1,\"两行\n文字\"\n2,\"他说\"\"好\"\"\"\n3,无\n",
            "a;b\n1;\"x;y\"\n",
            "a\tb\r\n1\t2\r\n",
            "备注\n\"一\n二\n三\"\n",
        ] {
            assert_eq!(check(text), CheckedText { text: text.to_owned(), ..CheckedText::default() });
        }
    }

    #[test]
    fn lines_with_too_few_or_too_many_cells_are_named_and_nul_is_taken_out() {
        let checked = check("a,b,c\n1,2,3\n1,2,3,4\n1,2\n\n1,\u{0}2,3\n");
        assert_eq!((checked.odd_lines.as_slice(), checked.broken_lines.as_slice()), (&[3, 4][..], &[6][..]));
        assert!(checked.text.ends_with("1,2,3\n"));
    }

    #[test]
    fn a_heading_over_lines_becomes_one_line() {
        let checked = check("村名,\"人口\n（千人）\"\r\n甲,12\r\n");
        assert_eq!(checked.text, "村名,\"人口（千人）\"\r\n甲,12\r\n");
        assert!(checked.odd_lines.is_empty());
    }

    #[test]
    fn a_last_line_without_end_is_named() {
        assert_eq!(check("a,b\n1,3500\n2,35").unended_lines, [3]);
        assert!(check("a,b\n1,3500\n2,3500\n").unended_lines.is_empty());
        assert!(check("a,b").unended_lines.is_empty(), "a heading alone has no values");
    }

    proptest! {
        /// One mark put anywhere into a plain table loses no row.
        #[test]
        fn one_mark_anywhere_loses_no_row(line in 1_usize..20, at in 0_usize..12) {
            let mut lines: Vec<String> = (0..20).map(|row| format!("甲{row},乙{row},丙{row}")).collect();
            let place = lines[line].char_indices().map(|(at, _)| at).nth(at % lines[line].chars().count()).unwrap_or(0);
            lines[line].insert(place, '"');
            let text = lines.join("\n");
            prop_assert_eq!(rows(&text), 20);
            prop_assert_eq!(check(&text).stray_quotes, vec![line + 1]);
            prop_assert!(!check(&text).text.contains('"'));
        }
    }
}
