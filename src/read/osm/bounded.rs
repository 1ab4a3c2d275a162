//! A reader of XML that ends: a packed extract of some kilobytes can unpack to more than any memory holds, and one element
//! that never closes is read into one piece of memory.

use std::io::{BufRead, BufReader, Error, Read, Result};

/// The longest tag or text in the XML: values of tags have at most 255 characters, and the longest remarks some thousand.
const MOST_EVENT_BYTES: usize = 4 << 20;

/// How many times its packed size an extract may be; the most repetitive ones reach some forty.
const MOST_TIMES: usize = 250;

/// What any extract may unpack to, however small it is packed.
const ALWAYS_BYTES: usize = 64 << 20;

/// A source of bytes that refuses to give more than so many in all, and in one event.
pub(super) struct Bounded<R> {
    source: R,
    left: usize,
    left_of_event: usize,
}

impl<'a> Bounded<&'a [u8]> {
    /// Bytes as they are, which end by themselves.
    pub(super) fn plain(bytes: &'a [u8]) -> Self {
        Self { source: bytes, left: usize::MAX, left_of_event: MOST_EVENT_BYTES }
    }
}

impl<R: Read> Bounded<BufReader<R>> {
    /// Bytes that were packed into so many.
    pub(super) fn unpacked(source: R, packed_bytes: usize) -> Self {
        let left = packed_bytes.saturating_mul(MOST_TIMES).max(ALWAYS_BYTES);
        Self { source: BufReader::with_capacity(1 << 16, source), left, left_of_event: MOST_EVENT_BYTES }
    }
}

impl<R> Bounded<R> {
    /// From here the bytes are of another event.
    pub(super) fn begin_event(&mut self) {
        self.left_of_event = MOST_EVENT_BYTES;
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        let bytes = self.source.fill_buf()?;
        if bytes.is_empty() {
            return Ok(bytes);
        }
        if self.left == 0 {
            return Err(Error::other(
                "解压后异常膨胀，疑为损坏或恶意文件，已停止读取 | it unpacks to far more than an extract would, and is not read further",
            ));
        }
        if self.left_of_event == 0 {
            return Err(Error::other(
                "一个标签或文本过长(超过 4 MB)，疑为损坏或恶意文件，已停止读取 | a tag or text of more than 4 MB is none of an extract",
            ));
        }
        let most = bytes.len().min(self.left).min(self.left_of_event);
        Ok(&bytes[..most])
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count);
        self.left_of_event = self.left_of_event.saturating_sub(count);
        self.source.consume(count);
    }
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let bytes = self.fill_buf()?;
        let count = bytes.len().min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;

    use std::io::Write;
    use std::path::Path;

    fn packed(text: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        text.for_each(|part| packer.write_all(&part).unwrap());
        packer.finish().unwrap()
    }

    fn refused(bytes: &[u8]) -> String {
        format!("{:#}", read(bytes, Path::new("a.osm.gz")).err().unwrap())
    }

    #[test]
    fn one_endless_event_is_refused() {
        for start in
            ["<osm><node id='1", "<osm><note>", "<osm><!--", "<osm><![CDATA[", "<?xml", "<!DOCTYPE osm", "<osm>", "<"]
        {
            let text = std::iter::once(start.into()).chain((0..20).map(|_| vec![b'x'; 1 << 20]));
            let error = refused(&packed(text));
            assert!(error.contains("过长"), "{start}: {error}");
        }
        // The same unpacked: the file itself is the bound of the whole, not of an event.
        let text = ["<osm><node id='1".as_bytes(), &vec![b'x'; 5 << 20]].concat();
        assert!(refused(&text).contains("过长"));
    }

    #[test]
    fn small_events_without_end_are_refused() {
        let text = std::iter::once(b"<osm>".to_vec()).chain((0..100).map(|_| b"<note/>".repeat(1 << 17)));
        let error = refused(&packed(text));
        assert!(error.contains("异常膨胀"), "{error}");
    }

    #[test]
    fn a_packed_extract_is_read() {
        let text = "<osm><node id='1' lat='35' lon='114'><tag k='place' v='village'/></node></osm>";
        assert!(read(&packed(std::iter::once(text.into())), Path::new("a.osm.gz")).is_ok());
    }
}
