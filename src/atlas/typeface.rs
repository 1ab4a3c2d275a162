//! Fonts: the one that comes with the program, then the one that the user names, then those of the system. A character that none
//! of them has is refused by name, and never drawn as a box.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use anyhow::{Context, Result, bail};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::raw::{FileRef, TableProvider};
use skrifa::{FontRef, MetadataProvider};

/// Noto Sans CJK SC, the characters of GBK and those of the project; licence in `data/fonts/OFL.txt`.
const SHIPPED: &[u8] = include_bytes!("../../data/fonts/NotoSansCJKsc-GBK.otf.gz");

/// Where systems keep fonts with many Chinese characters.
const SYSTEM: &[&str] = &[
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:\\Windows\\Fonts\\msyh.ttc",
    "C:\\Windows\\Fonts\\simsun.ttc",
    "C:\\Windows\\Fonts\\simsunb.ttf",
];

/// Millimetres in a point.
pub(crate) const MM_PER_PT: f64 = 25.4 / 72.0;

/// One font.
struct Face {
    font: Font,
    /// Number and advance, in parts of the size, of each character's glyph.
    glyphs: BTreeMap<char, (u32, f32)>,
}

impl Face {
    fn read(bytes: Vec<u8>) -> Result<Self> {
        const UNREADABLE: &str = "不是可用的 OpenType 字体 | no usable OpenType font";
        let index = simplified_chinese(&bytes);
        let reference = FontRef::from_index(&bytes, index).context(UNREADABLE)?;
        let per_em = f32::from(reference.head().context(UNREADABLE)?.units_per_em());
        let metrics = reference.glyph_metrics(Size::unscaled(), LocationRef::default());
        let glyph = |(code, glyph): (u32, skrifa::GlyphId)| {
            let advance = metrics.advance_width(glyph)? / per_em;
            Some((char::from_u32(code)?, (glyph.to_u32(), advance)))
        };
        let glyphs = reference.charmap().mappings().filter_map(glyph).collect();
        let font = Font::new(bytes.into(), index).context(UNREADABLE)?;
        Ok(Self { font, glyphs })
    }
}

/// Which font of a collection is that of simplified Chinese; the first where none says so.
fn simplified_chinese(bytes: &[u8]) -> u32 {
    let Ok(FileRef::Collection(collection)) = FileRef::new(bytes) else { return 0 };
    let is_simplified = |index: &u32| {
        collection.get(*index).is_ok_and(|font| {
            let names = font.localized_strings(skrifa::string::StringId::FAMILY_NAME);
            names.map(|name| name.to_string()).any(|name| name.contains("SC"))
        })
    };
    (0..collection.len()).find(is_simplified).unwrap_or(0)
}

fn shipped() -> Result<Arc<Face>> {
    static FACE: OnceLock<Option<Arc<Face>>> = OnceLock::new();
    let unpack = || {
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(SHIPPED).read_to_end(&mut bytes).ok()?;
        Face::read(bytes).ok().map(Arc::new)
    };
    FACE.get_or_init(unpack).clone().context("随程序的字体不可读 | the font of the program is unreadable")
}

/// The fonts of an atlas, in the order in which they are asked.
pub(crate) struct Typefaces {
    faces: Vec<Arc<Face>>,
    /// Those of the system, read when the others lack a character.
    system: OnceLock<Vec<Arc<Face>>>,
    /// Whether the system's may be asked.
    asks_system: bool,
}

/// Neighbouring glyphs of one font.
pub(crate) struct GlyphRun {
    pub(crate) font: Font,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// The part of the text that they write.
    pub(crate) range: Range<usize>,
    /// In parts of the size.
    pub(crate) advance: f32,
}

impl Typefaces {
    /// The font of the program, and one that the user names before it.
    pub(crate) fn open(named: Option<&Path>, asks_system: bool) -> Result<Self> {
        let mut faces = Vec::new();
        if let Some(path) = named {
            let shown = path.display();
            let bytes = std::fs::read(path).with_context(|| format!("读取字体 {shown} | reading the font {shown}"))?;
            let face = Face::read(bytes).with_context(|| format!("字体 {shown} | the font {shown}"))?;
            faces.push(Arc::new(face));
        }
        faces.push(shipped()?);
        Ok(Self { faces, system: OnceLock::new(), asks_system })
    }

    fn system(&self) -> &[Arc<Face>] {
        self.system.get_or_init(|| {
            let paths = SYSTEM.iter().filter(|_| self.asks_system);
            let read = |path: &&str| Face::read(std::fs::read(path).ok()?).ok().map(Arc::new);
            paths.filter_map(read).collect()
        })
    }

    /// The font that has a character, with number and advance of its glyph.
    fn find(&self, character: char) -> Option<(&Arc<Face>, u32, f32)> {
        let of = |face: &Arc<Face>| face.glyphs.get(&character).copied();
        let own = self.faces.iter().find_map(|face| of(face).map(|(glyph, advance)| (face, glyph, advance)));
        own.or_else(|| self.system().iter().find_map(|face| of(face).map(|(glyph, advance)| (face, glyph, advance))))
    }

    /// How wide a text is.
    pub(crate) fn width_mm(&self, text: &str, size_pt: f64) -> f64 {
        let advance = |character| self.find(character).map_or(1.0, |(_, _, advance)| f64::from(advance));
        text.chars().map(advance).sum::<f64>() * size_pt * MM_PER_PT
    }

    /// The text in pieces that fit a width, broken between Chinese characters or at spaces; never before a closing mark.
    pub(crate) fn wrap(&self, text: &str, size_pt: f64, width_mm: f64) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            for character in paragraph.chars() {
                line.push(character);
                let over = self.width_mm(&line, size_pt) > width_mm && line.chars().count() > 1;
                if over && !"，。；：、）】”》％%".contains(character) {
                    let from = break_before(&line);
                    let rest = line.split_off(from).trim_start().to_owned();
                    lines.push(std::mem::replace(&mut line, rest).trim_end().to_owned());
                }
            }
            lines.push(line);
        }
        lines
    }

    /// The glyphs of a text, font by font.
    ///
    /// # Errors
    /// If a character is in none of the fonts: named with its code and the text.
    pub(crate) fn shape(&self, text: &str) -> Result<Vec<GlyphRun>> {
        let mut runs: Vec<GlyphRun> = Vec::new();
        for (at, character) in text.char_indices() {
            let Some((face, glyph, advance)) = self.find(character) else {
                let code = u32::from(character);
                bail!(
                    "字体中没有“{character}”(U+{code:04X})，见“{text}”；请用 --font 指定含此字的字体文件 | \
                     no font has '{character}' (U+{code:04X}) of '{text}'; name a font file that has it with --font"
                );
            };
            let range = at..at + character.len_utf8();
            if runs.last().is_none_or(|run| run.font != face.font) {
                let run = GlyphRun { font: face.font.clone(), glyphs: Vec::new(), range: at..at, advance: 0.0 };
                runs.push(run);
            }
            if let Some(run) = runs.last_mut() {
                let within = range.start - run.range.start..range.end - run.range.start;
                run.glyphs.push(KrillaGlyph::new(GlyphId::new(glyph), advance, 0.0, 0.0, 0.0, within, None));
                run.range.end = range.end;
                run.advance += advance;
            }
        }
        Ok(runs)
    }
}

/// Where a line that has become too long breaks: before its last word, or before its last character if that is Chinese.
fn break_before(line: &str) -> usize {
    let last = line.char_indices().next_back().map_or(0, |(at, _)| at);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let word = line.char_indices().rev().take_while(|(_, c)| is_word(*c)).last().map_or(last, |(at, _)| at);
    let mut from = if word > 0 { word } else { last };
    // An opening bracket goes with what it opens.
    while let Some((at, _)) =
        line[..from].char_indices().next_back().filter(|(at, c)| *at > 0 && "（【“《".contains(*c))
    {
        from = at;
    }
    from
}
