//! A text generated anew into the file that people have worked on: what they wrote stays, blocks that they left alone are
//! renewed, and what became of each block is told.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::blocks::{DocumentBlock, find_blocks};
use super::docx::pack;
use crate::archive::{ArchivedPart, unpack_archive};

/// The part of the file with the text.
const DOCUMENT: &str = "word/document.xml";

/// What the program wrote into the blocks of a file: by it the work of people is told from its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneratedBlocks {
    /// Digest of the file as it was generated.
    pub sha256: String,
    /// The words of each block.
    pub blocks: BTreeMap<String, String>,
}

/// What became of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockFate {
    /// Its figures or words have changed, and it was renewed.
    Renewed,
    /// People have changed it, and nothing new was to be said: it stays.
    KeptEdited,
    /// People have changed it, and it would read otherwise now: it stays, and has to be looked at.
    Conflicting,
    /// People have taken it out: it stays out.
    TakenOut,
    /// It is new.
    Added,
    /// The program does not write it any more; it stays.
    Orphaned,
}

impl BlockFate {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Renewed => "内容有变，已更新",
            Self::KeptEdited => "保留人工修改",
            Self::Conflicting => "人工修改过且成果有变：保留人工修改，请对照新内容核对",
            Self::TakenOut => "已被人工删除，不再加入",
            Self::Added => "新增",
            Self::Orphaned => "不再生成，原文保留",
        }
    }
}

/// A block whose fate is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockChange {
    /// Its name.
    pub id: String,
    /// What became of it.
    pub fate: BlockFate,
    /// As it stands in the file of before.
    pub before: String,
    /// As it is generated now.
    pub now: String,
}

/// A text that was merged.
pub struct MergedDocument {
    /// The file.
    pub bytes: Vec<u8>,
    /// What became of its blocks; those that are as they were are not told.
    pub changes: Vec<BlockChange>,
}

/// What the program wrote into this file.
///
/// # Errors
/// If it is no docx.
pub fn generated_blocks(bytes: &[u8]) -> Result<GeneratedBlocks> {
    let (_, xml) = text_of(bytes)?;
    let blocks = find_blocks(&xml)?.into_iter().map(|block| (block.id, block.text)).collect();
    Ok(GeneratedBlocks { sha256: crate::digest::sha256_hex(bytes), blocks })
}

/// Puts the blocks of `fresh` into the file of before. `generated` is what the program wrote into that file; without a record
/// every block counts as changed by people.
///
/// # Errors
/// If the file of before is no docx.
pub fn merge_document(before: &[u8], generated: &GeneratedBlocks, fresh: &[u8]) -> Result<MergedDocument> {
    let (_, fresh_xml) = text_of(fresh)?;
    let new = find_blocks(&fresh_xml)?;
    if crate::digest::sha256_hex(before) == generated.sha256 {
        let changes = renewed(&generated.blocks, &new);
        return Ok(MergedDocument { bytes: fresh.to_vec(), changes });
    }
    let (mut parts, old_xml) = text_of(before).context("读取上一版 docx | reading the docx of before")?;
    let old = find_blocks(&old_xml)?;
    let mut changes = Vec::new();
    let mut xml = String::with_capacity(old_xml.len());
    let mut at = 0;
    for block in &old {
        xml += &old_xml[at..block.range.start];
        let now = new.iter().find(|now| now.id == block.id);
        let written = generated.blocks.get(&block.id);
        let (keeps, fate) = judge(block, now, written);
        changes.extend(fate.map(|fate| change(block, now, fate)));
        xml += match now {
            Some(now) if !keeps => &fresh_xml[now.range.clone()],
            _ => &old_xml[block.range.clone()],
        };
        at = block.range.end;
        for added in followers(&block.id, &new, &old, generated) {
            xml += &fresh_xml[added.heading_from..added.range.end];
            changes.push(BlockChange {
                id: added.id.clone(),
                fate: BlockFate::Added,
                before: String::new(),
                now: added.text.clone(),
            });
        }
    }
    xml += &old_xml[at..];
    for gone in
        new.iter().filter(|now| generated.blocks.contains_key(&now.id) && old.iter().all(|old| old.id != now.id))
    {
        changes.push(BlockChange {
            id: gone.id.clone(),
            fate: BlockFate::TakenOut,
            before: String::new(),
            now: gone.text.clone(),
        });
    }
    let document = parts.iter_mut().find(|part| part.name == DOCUMENT);
    document.context("docx 中没有正文 | the docx has no text")?.bytes = xml.into_bytes();
    Ok(MergedDocument { bytes: pack(parts)?, changes })
}

/// Whether the block of before stays, and what is told of it.
fn judge(block: &DocumentBlock, now: Option<&DocumentBlock>, written: Option<&String>) -> (bool, Option<BlockFate>) {
    let Some(now) = now else { return (true, Some(BlockFate::Orphaned)) };
    if written == Some(&block.text) {
        return (false, (now.text != block.text).then_some(BlockFate::Renewed));
    }
    if now.text == block.text {
        return (true, None);
    }
    let said_before = written == Some(&now.text);
    (true, Some(if said_before { BlockFate::KeptEdited } else { BlockFate::Conflicting }))
}

fn change(block: &DocumentBlock, now: Option<&DocumentBlock>, fate: BlockFate) -> BlockChange {
    let now = now.map_or_else(String::new, |now| now.text.clone());
    BlockChange { id: block.id.clone(), fate, before: block.text.clone(), now }
}

/// Blocks that are new and follow this one: up to the next that the file of before has.
fn followers<'n>(
    id: &str,
    new: &'n [DocumentBlock],
    old: &[DocumentBlock],
    generated: &GeneratedBlocks,
) -> Vec<&'n DocumentBlock> {
    let after = new.iter().skip_while(|block| block.id != id).skip(1);
    let unknown =
        |block: &&DocumentBlock| old.iter().all(|old| old.id != block.id) && !generated.blocks.contains_key(&block.id);
    after.take_while(unknown).collect()
}

/// What has changed where nobody touched the file.
fn renewed(written: &BTreeMap<String, String>, new: &[DocumentBlock]) -> Vec<BlockChange> {
    let told = new.iter().filter_map(|now| {
        let before = written.get(&now.id);
        let fate = match before {
            Some(before) if *before == now.text => return None,
            Some(_) => BlockFate::Renewed,
            None => BlockFate::Added,
        };
        Some(BlockChange {
            id: now.id.clone(),
            fate,
            before: before.cloned().unwrap_or_default(),
            now: now.text.clone(),
        })
    });
    told.collect()
}

/// The parts of a docx, and the XML of its text.
fn text_of(bytes: &[u8]) -> Result<(Vec<ArchivedPart>, String)> {
    let parts = unpack_archive(bytes)?;
    let document = parts.iter().find(|part| part.name == DOCUMENT);
    let xml = document.context("docx 中没有正文 | the docx has no text")?;
    let xml = String::from_utf8(xml.bytes.clone())?;
    Ok((parts, xml))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn docx(blocks: &[(&str, &str)], outside: &str) -> Vec<u8> {
        let mut xml = format!("<w:document><w:body><w:p><w:t>{outside}</w:t></w:p>");
        for (id, text) in blocks {
            xml += &format!(
                "<w:p><w:t>{id}的标题</w:t></w:p><w:sdt><w:sdtPr><w:tag w:val=\"{id}\"/></w:sdtPr><w:p><w:t>{text}</w:t></w:p></w:sdt>"
            );
        }
        xml += "</w:body></w:document>";
        pack(vec![ArchivedPart { name: DOCUMENT.to_owned(), bytes: xml.into_bytes() }]).unwrap()
    }

    fn words(bytes: &[u8]) -> String {
        text_of(bytes).unwrap().1
    }

    #[test]
    fn what_people_wrote_stays_and_the_rest_is_renewed() {
        let first = docx(&[("a", "覆盖 40%"), ("b", "站 8 座"), ("c", "旧文")], "前言");
        let record = generated_blocks(&first).unwrap();
        // An editor rewrites b, takes c out and adds to the preface.
        let edited = docx(&[("a", "覆盖 40%"), ("b", "现有站 8 座，均已达标")], "前言，编者加");
        let fresh = docx(&[("a", "覆盖 52%"), ("b", "站 9 座"), ("c", "旧文"), ("d", "新条")], "前言");
        let merged = merge_document(&edited, &record, &fresh).unwrap();
        let text = words(&merged.bytes);
        assert!(text.contains("覆盖 52%") && !text.contains("覆盖 40%"));
        assert!(text.contains("现有站 8 座，均已达标") && text.contains("前言，编者加"));
        assert!(!text.contains("旧文"), "what was taken out stays out");
        let fates: Vec<(&str, BlockFate)> = merged.changes.iter().map(|one| (one.id.as_str(), one.fate)).collect();
        assert!(fates.contains(&("a", BlockFate::Renewed)) && fates.contains(&("b", BlockFate::Conflicting)));
        assert!(fates.contains(&("c", BlockFate::TakenOut)));
    }

    #[test]
    fn a_new_article_comes_with_its_heading_behind_the_one_before_it() {
        let first = docx(&[("a", "甲"), ("b", "乙")], "前言");
        let record = generated_blocks(&first).unwrap();
        let edited = docx(&[("a", "甲，改"), ("b", "乙")], "前言");
        let fresh = docx(&[("a", "甲"), ("x", "新"), ("b", "乙")], "前言");
        let merged = merge_document(&edited, &record, &fresh).unwrap();
        let text = words(&merged.bytes);
        let at = |what: &str| text.find(what).unwrap();
        assert!(at("甲，改") < at("x的标题") && at("x的标题") < at("新") && at("新") < at("b的标题"));
        assert!(merged.changes.iter().any(|one| one.id == "a" && one.fate == BlockFate::KeptEdited));
    }

    #[test]
    fn a_file_that_nobody_touched_is_the_fresh_one() {
        let first = docx(&[("a", "甲")], "前言");
        let record = generated_blocks(&first).unwrap();
        let fresh = docx(&[("a", "甲")], "前言");
        let merged = merge_document(&first, &record, &fresh).unwrap();
        assert_eq!(merged.bytes, fresh);
        assert!(merged.changes.is_empty());
    }
}
