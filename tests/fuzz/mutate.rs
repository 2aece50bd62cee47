//! Random changes of bytes, of the kinds that find faults in parsers.

use rand::{Rng, RngExt};

/// Whole numbers at which parsers break.
const EDGES: [u64; 14] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0x8000,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    u64::MAX,
];

/// Longest run that is copied, cut out or put in.
const LONGEST_RUN: usize = 512;
/// Longest input that is made.
const LONGEST_INPUT: usize = 1 << 20;
/// Most changes of one input.
const MOST_CHANGES: u32 = 8;

/// Changes `bytes` a few times. `words` are what its format is made of, `other` is another input.
pub fn mutate(bytes: &mut Vec<u8>, words: &[&str], other: &[u8], rng: &mut impl Rng) {
    for _ in 0..rng.random_range(1..=MOST_CHANGES) {
        change(bytes, words, other, rng);
        bytes.truncate(LONGEST_INPUT);
    }
}

fn change(bytes: &mut Vec<u8>, words: &[&str], other: &[u8], rng: &mut impl Rng) {
    if bytes.is_empty() {
        bytes.extend(other.iter().take(LONGEST_RUN));
        return;
    }
    let at = rng.random_range(0..bytes.len());
    match rng.random_range(0..12) {
        0 => bytes[at] ^= 1 << rng.random_range(0..8),
        1 => bytes[at] = rng.random(),
        2 | 3 => {
            let edge = EDGES[rng.random_range(0..EDGES.len())].to_le_bytes();
            let width = [1, 2, 4, 8][rng.random_range(0..4)];
            let end = (at + width).min(bytes.len());
            bytes[at..end].copy_from_slice(&edge[..end - at]);
        }
        4 => drop(bytes.drain(run(at, bytes.len(), rng))),
        5 => {
            let copied = bytes[run(at, bytes.len(), rng)].to_vec();
            let times = if rng.random_bool(0.1) { 200 } else { 1 };
            let place = rng.random_range(0..=bytes.len());
            bytes.splice(place..place, copied.repeat(times));
        }
        6 => {
            let from = if other.is_empty() { 0 } else { rng.random_range(0..other.len()) };
            let taken = other[run(from, other.len(), rng)].to_vec();
            bytes.splice(at..at, taken);
        }
        7 => bytes.truncate(at),
        8 | 9 => number(bytes, at, rng),
        _ if words.is_empty() => bytes[at] = rng.random(),
        _ => {
            let word = words[rng.random_range(0..words.len())].bytes();
            let end = if rng.random_bool(0.5) { run(at, bytes.len(), rng).end } else { at };
            bytes.splice(at..end, word);
        }
    }
}

/// A run from `at`, mostly short.
fn run(at: usize, length: usize, rng: &mut impl Rng) -> std::ops::Range<usize> {
    let most = if rng.random_bool(0.5) { 8 } else { LONGEST_RUN };
    at..(at + rng.random_range(1..=most)).min(length)
}

/// Replaces the first number in digits from `at` by one at which readers break.
fn number(bytes: &mut Vec<u8>, at: usize, rng: &mut impl Rng) {
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|from| at + from) else {
        return;
    };
    let digits = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let edge = EDGES[rng.random_range(0..EDGES.len())];
    let written = match rng.random_range(0..8) {
        0 => format!("-{edge}"),
        1 => "1e308".to_owned(),
        2 => "9".repeat(40),
        3 => "NaN".to_owned(),
        _ => edge.to_string(),
    };
    bytes.splice(start..start + digits, written.into_bytes());
}
