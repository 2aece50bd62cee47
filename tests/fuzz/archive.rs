//! Zip archives taken apart and put together again, so that changes inside of them are not all found
//! by a checksum.

use std::io::{Read, Write};

use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// A part's name and its bytes.
pub type Part = (String, Vec<u8>);

fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + width)?;
    Some(bytes.iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte)))
}

/// The parts of a good archive; `None` for other bytes.
pub fn unzip(bytes: &[u8]) -> Option<Vec<Part>> {
    let end = bytes.windows(4).rposition(|sign| sign == b"PK\x05\x06")?;
    let (count, mut at) = (number(bytes, end + 10, 2)?, number(bytes, end + 16, 4)?);
    let mut parts = Vec::new();
    for _ in 0..count {
        let (name, extra, comment) =
            (number(bytes, at + 28, 2)?, number(bytes, at + 30, 2)?, number(bytes, at + 32, 2)?);
        let (packed, local) = (number(bytes, at + 20, 4)?, number(bytes, at + 42, 4)?);
        let start = local + 30 + number(bytes, local + 26, 2)? + number(bytes, local + 28, 2)?;
        let packed = bytes.get(start..start + packed)?;
        let mut unpacked = Vec::new();
        if number(bytes, at + 10, 2)? == 0 {
            unpacked.extend_from_slice(packed);
        } else {
            DeflateDecoder::new(packed).read_to_end(&mut unpacked).ok()?;
        }
        let name = String::from_utf8(bytes.get(at + 46..at + 46 + name)?.to_vec()).ok()?;
        at += 46 + name.len() + extra + comment;
        parts.push((name, unpacked));
    }
    Some(parts)
}

/// An archive of parts.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    let long = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let short = |number: usize| u16::try_from(number).unwrap().to_le_bytes();
    for (name, part) in parts {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(part).unwrap();
        let packed = encoder.finish().unwrap();
        let mut crc = Crc::new();
        crc.update(part);
        let sizes = [crc.sum().to_le_bytes(), long(packed.len()), long(part.len())].concat();
        let head = [&[20, 0, 0, 0, 8, 0, 0, 0, 0, 0], &sizes[..], &short(name.len())].concat();
        list.extend([b"PK\x01\x02\x14\0", &head[..], &[0; 12], &long(bytes.len())].concat());
        list.extend(name.bytes());
        bytes.extend([b"PK\x03\x04", &head[..], &[0; 2], name.as_bytes(), &packed].concat());
    }
    let count = short(parts.len());
    let end = [&count[..], &count, &long(list.len()), &long(bytes.len()), &[0; 2]].concat();
    [&bytes[..], &list, b"PK\x05\x06\0\0\0\0", &end].concat()
}
