//! Digests that tell whether bytes are those that were written.
//!
//! FNV-1a on 128 bits (Fowler, Noll, Vo and Eastlake). It finds bytes that changed, not bytes that were
//! forged.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Offset basis of the 128-bit form.
const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
/// Its prime, 2^88 + 2^8 + 0x3b.
const PRIME: u128 = (1 << 88) + 0x13b;

/// The digest of some bytes, written as 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(u128);

impl Digest {
    /// The digest of nothing.
    pub const EMPTY: Self = Self(BASIS);

    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self::EMPTY.then(bytes)
    }

    /// The digest of the bytes so far and these after them.
    #[must_use]
    pub fn then(self, bytes: &[u8]) -> Self {
        let mixed = |hash: u128, byte: &u8| (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
        Self(bytes.iter().fold(self.0, mixed))
    }

    /// The digest of the bytes so far and these after them, which may be many: pieces of them are taken side
    /// by side, for each byte waits for the one before it.
    #[must_use]
    pub fn then_many(self, bytes: &[u8]) -> Self {
        const PIECES: usize = 8;
        let len = bytes.len() / PIECES;
        let (even, rest) = bytes.split_at(len * PIECES);
        let pieces: [&[u8]; PIECES] = std::array::from_fn(|piece| &even[piece * len..][..len]);
        let mut digests = [BASIS; PIECES];
        for place in 0..len {
            for (digest, piece) in digests.iter_mut().zip(pieces) {
                *digest = (*digest ^ u128::from(piece[place])).wrapping_mul(PRIME);
            }
        }
        digests.iter().fold(self.then(rest), |all, digest| all.then(&digest.to_le_bytes()))
    }

    /// The first digits, for names.
    pub fn short(self) -> String {
        self.to_string()[..6].to_owned()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Digest {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_among_many_changes_the_digest() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(1_003).collect();
        let own = Digest::EMPTY.then_many(&bytes);
        for place in 0..bytes.len() {
            let mut other = bytes.clone();
            other[place] ^= 0x80;
            assert_ne!(Digest::EMPTY.then_many(&other), own, "{place}");
        }
        let mut moved = bytes;
        moved.swap(0, 125);
        assert_ne!(Digest::EMPTY.then_many(&moved), own);
        assert_ne!(Digest::EMPTY.then_many(b"a"), Digest::EMPTY.then_many(b"b"));
    }

    #[test]
    fn digests_are_the_published_ones() {
        let known = [
            ("", "6c62272e07bb014262b821756295c58d"),
            ("a", "d228cb696f1a8caf78912b704e4a8964"),
            ("foobar", "343e1662793c64bf6f0d3597ba446f18"),
        ];
        for (text, digest) in known {
            assert_eq!(Digest::of_bytes(text.as_bytes()).to_string(), digest);
            assert_eq!(digest.parse(), Ok(Digest::of_bytes(text.as_bytes())));
        }
    }
}
