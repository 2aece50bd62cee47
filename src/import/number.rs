//! Cells to numbers: decimal signs, thousands separators, and the words that mean "missing".
//!
//! Not for dates (`date`). A number is never infinite: what passes the range of f64 is unparsable.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The sign between whole and fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decimal {
    /// `1.5`
    #[schemars(title = "Point")]
    Point,
    /// `1,5`
    #[schemars(title = "Comma")]
    Comma,
}

/// What a cell says as a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    /// A finite number.
    Value(f64),
    /// A finite number with thousands separators.
    Grouped(f64),
    /// A finite number with a sign of currency or percent, or in brackets for a debt, left out.
    Marked(f64),
    /// Nothing, or a word that means so.
    Missing,
    /// Anything else.
    Unparsable,
}

/// Words that mean "no value" in the exports of R, pandas, SQL, SAS and spreadsheets.
const MISSING: [&str; 14] = [
    "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "-", "--", "?", ".", "\\n",
    "<na>",
];
/// Longest of the words above.
const LONGEST_MISSING: usize = 7;

/// Whether a cell says that there is no value.
pub(crate) fn is_missing(cell: &str) -> bool {
    let cell = cell.trim();
    cell.is_empty()
        || (cell.len() <= LONGEST_MISSING
            && MISSING.iter().any(|word| word.eq_ignore_ascii_case(cell)))
}

/// A cell as a number.
pub(crate) fn read(cell: &str, decimal: Decimal) -> Number {
    let cell = cell.trim();
    // Some programs write the mathematical minus sign.
    let cell = match cell.strip_prefix('\u{2212}') {
        Some(rest) => Cow::Owned(format!("-{rest}")),
        None => Cow::Borrowed(cell),
    };
    let starts_number = cell
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b','));
    if starts_number {
        if let Some(value) = plain(&cell, decimal) {
            return Number::Value(value);
        }
        if let Some(value) = grouped(&cell, decimal) {
            return Number::Grouped(value);
        }
    }
    if is_missing(&cell) {
        return Number::Missing;
    }
    marked(&cell, decimal).map_or(Number::Unparsable, Number::Marked)
}

/// A number of digits and at most a sign before and a decimal sign within, as almost all are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Quick {
    pub value: f64,
    whole_digits: usize,
    leading_zero: bool,
    /// Digits after the decimal sign, 0 where there is none.
    pub fraction_digits: usize,
    /// Whether it is a whole number without needless signs or zeros.
    pub is_counted: bool,
}

/// Digits of a number that f64 holds exactly, whatever they are.
const EXACT_DIGITS: usize = 15;
/// Powers of ten, which f64 holds exactly.
const TENS: [f64; EXACT_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// What `read` says of the plainest numbers, told faster; `None` of all others. The quotient of two
/// exact numbers is rounded once, so it is the nearest to what is written (Clinger 1990).
pub(crate) fn quick(cell: &str, decimal: Decimal) -> Option<Quick> {
    let (negative, digits) = match cell.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > EXACT_DIGITS + 1 {
        return None;
    }
    let mark = if decimal == Decimal::Point { b'.' } else { b',' };
    let (mut number, mut marked_at) = (0_u64, None);
    for (at, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => number = number * 10 + u64::from(byte - b'0'),
            _ if byte == mark && marked_at.is_none() => marked_at = Some(at),
            _ => return None,
        }
    }
    let whole_digits = marked_at.unwrap_or(digits.len());
    let fraction_digits = marked_at.map_or(0, |at| digits.len() - at - 1);
    let ends_in_mark = marked_at.is_some() && fraction_digits == 0;
    if whole_digits == 0 || ends_in_mark || whole_digits + fraction_digits > EXACT_DIGITS {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "fifteen digits are exact")]
    let size = number as f64 / TENS[fraction_digits];
    let leading_zero = digits[0] == b'0';
    let plain_zero = number == 0 && whole_digits == 1 && !negative;
    Some(Quick {
        value: if negative { -size } else { size },
        whole_digits,
        leading_zero,
        fraction_digits,
        is_counted: marked_at.is_none() && (!leading_zero || plain_zero),
    })
}

/// Signs of currencies that stand before or after a number.
const CURRENCIES: [char; 8] = ['$', '€', '£', '¥', '₹', '₽', '₩', '₺'];
/// Longest number that is looked for among signs, in bytes.
const LONGEST_MARKED: usize = 40;

/// A number beside a sign of currency or percent, or in brackets: `-$1,234.50`, `5 %`, `(1.5)`.
/// Percent stay percent: `5%` is 5.
fn marked(cell: &str, decimal: Decimal) -> Option<f64> {
    let bare = bare(cell)?;
    let value = plain(&bare, decimal).or_else(|| grouped(&bare, decimal));
    value.filter(|_| bare.bytes().any(|byte| byte.is_ascii_digit()))
}

/// The number without its signs; `None` where there are none of them.
fn bare(cell: &str) -> Option<String> {
    if cell.len() > LONGEST_MARKED {
        return None;
    }
    let in_brackets = cell.strip_prefix('(').and_then(|cell| cell.strip_suffix(')'));
    let unsigned = in_brackets.unwrap_or(cell);
    let (minus, unsigned) = match unsigned.strip_prefix(['-', '+']) {
        Some(rest) => (unsigned.starts_with('-'), rest),
        None => (in_brackets.is_some(), unsigned),
    };
    let is_mark = |c: char| CURRENCIES.contains(&c) || c == '%' || c == '‰';
    let inside = unsigned.trim().trim_start_matches(|c| CURRENCIES.contains(&c));
    let inside = inside.trim_end_matches(is_mark).trim();
    if inside.len() == unsigned.len() && in_brackets.is_none() {
        return None;
    }
    let second_sign = minus && inside.starts_with('-');
    let bare = if minus { format!("-{inside}") } else { inside.to_owned() };
    (!second_sign).then_some(bare)
}

/// A number without thousands separators. `inf` and `nan`, which the standard parser would take,
/// do not start with a digit; with a sign they fail the test for a finite value.
fn plain(cell: &str, decimal: Decimal) -> Option<f64> {
    let value: f64 = match decimal {
        // `1.234` beside decimal commas is a grouped thousand, tried next; `1.5` is unparsable.
        Decimal::Comma if cell.contains('.') => return None,
        Decimal::Comma if cell.contains(',') => cell.replacen(',', ".", 1).parse(),
        Decimal::Comma | Decimal::Point => cell.parse(),
    }
    .ok()?;
    value.is_finite().then_some(value)
}

/// A number with strict thousands groups: one to three digits, then groups of exactly three.
fn grouped(cell: &str, decimal: Decimal) -> Option<f64> {
    let (mark, other) = match decimal {
        Decimal::Point => ('.', ','),
        Decimal::Comma => (',', '.'),
    };
    let (sign, digits) = match cell.strip_prefix(['+', '-']) {
        Some(digits) => (&cell[..1], digits),
        None => ("", cell),
    };
    let (whole, fraction) = match digits.split_once(mark) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let separator =
        whole.chars().find(|c| !c.is_ascii_digit()).filter(|&c| c == other || is_group_space(c))?;
    let mut groups = whole.split(separator);
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().filter(|first| first.len() <= 3 && all_digits(first))?;
    let mut plain = format!("{sign}{first}");
    for group in groups {
        if group.len() != 3 || !all_digits(group) {
            return None;
        }
        plain.push_str(group);
    }
    if let Some(fraction) = fraction {
        if !all_digits(fraction) {
            return None;
        }
        plain.push('.');
        plain.push_str(fraction);
    }
    plain.parse().ok().filter(|value: &f64| value.is_finite())
}

const fn is_group_space(c: char) -> bool {
    matches!(c, ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}')
}

/// Counts of cells that show which decimal sign a file uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DecimalEvidence {
    commas: usize,
    points: usize,
    /// `1,234`: a decimal or a thousand.
    vague_commas: usize,
    /// `1.234`: a decimal or a thousand.
    vague_points: usize,
}

impl DecimalEvidence {
    /// Weighs one cell.
    pub fn weigh(&mut self, cell: &str) {
        let cell = cell.trim();
        let marked =
            if cell.is_ascii() && !cell.contains(['$', '%', '(']) { None } else { bare(cell) };
        let cell = marked.as_deref().unwrap_or(cell).trim_start_matches(['+', '-']);
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if let Some((whole, fraction)) = cell.split_once(',') {
            if digits(whole) && digits(fraction) && !fraction.is_empty() {
                let vague = is_like_a_thousand(whole, fraction);
                *(if vague { &mut self.vague_commas } else { &mut self.commas }) += 1;
            } else if fraction.contains('.') {
                self.points += usize::from(grouped(cell, Decimal::Point).is_some());
            } else {
                self.commas += usize::from(grouped(cell, Decimal::Comma).is_some());
            }
        } else if let Some((whole, fraction)) = cell.split_once('.')
            && digits(whole)
            && digits(fraction)
        {
            let vague = is_like_a_thousand(whole, fraction);
            *(if vague { &mut self.vague_points } else { &mut self.points }) += 1;
        }
    }

    /// Weighs a cell that was read as a plain number with this decimal sign.
    pub fn weigh_quick(&mut self, number: &Quick, decimal: Decimal) {
        if number.fraction_digits == 0 {
            return;
        }
        let vague = (1..=3).contains(&number.whole_digits)
            && !number.leading_zero
            && number.fraction_digits == 3;
        *match (decimal, vague) {
            (Decimal::Point, true) => &mut self.vague_points,
            (Decimal::Point, false) => &mut self.points,
            (Decimal::Comma, true) => &mut self.vague_commas,
            (Decimal::Comma, false) => &mut self.commas,
        } += 1;
    }

    /// Adds what other cells show.
    pub fn absorb(&mut self, other: Self) {
        self.commas += other.commas;
        self.points += other.points;
        self.vague_commas += other.vague_commas;
        self.vague_points += other.vague_points;
    }

    /// The sign that fits most cells. `1,234` alone is a decimal where fields are not cut by
    /// commas, else a thousand; `1.234` is a thousand only beside decimal commas that cut no field.
    pub fn decimal(self, commas_cut_fields: bool) -> Decimal {
        let points = self.points + if commas_cut_fields { self.vague_points } else { 0 };
        let comma = if self.commas + points > 0 {
            self.commas > points
        } else {
            self.vague_commas > self.vague_points && !commas_cut_fields
        };
        if comma { Decimal::Comma } else { Decimal::Point }
    }
}

/// One to three digits, then three: what both a decimal and a thousand look like.
fn is_like_a_thousand(whole: &str, rest: &str) -> bool {
    (1..=3).contains(&whole.len()) && !whole.starts_with('0') && rest.len() == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_point() {
        let read = |cell| read(cell, Decimal::Point);
        assert_eq!(read(" 1.5 "), Number::Value(1.5));
        assert_eq!(read("-1e-3"), Number::Value(-0.001));
        assert_eq!(read("\u{2212}2"), Number::Value(-2.0));
        assert_eq!(read("1,234.5"), Number::Grouped(1234.5));
        assert_eq!(read("12 345"), Number::Grouped(12345.0));
        assert_eq!(read("1,23"), Number::Unparsable);
        assert_eq!(read("2024-01-01"), Number::Unparsable);
    }

    #[test]
    fn numbers_with_a_comma() {
        let read = |cell| read(cell, Decimal::Comma);
        assert_eq!(read("1,5"), Number::Value(1.5));
        assert_eq!(read("-1.234,5"), Number::Grouped(-1234.5));
        assert_eq!(read("1.234"), Number::Grouped(1234.0));
        assert_eq!(read("1.5"), Number::Unparsable);
        assert_eq!(read("7"), Number::Value(7.0));
    }

    #[test]
    fn signs_of_currency_and_percent_are_left_out() {
        let read = |cell| read(cell, Decimal::Point);
        assert_eq!(read("$1,234.50"), Number::Marked(1234.5));
        assert_eq!(read("-€5"), Number::Marked(-5.0));
        assert_eq!(read("€ -5"), Number::Marked(-5.0));
        assert_eq!(read("12.5 %"), Number::Marked(12.5));
        assert_eq!(read("5 €"), Number::Marked(5.0));
        assert_eq!(read("(1,000)"), Number::Marked(-1000.0));
        for cell in ["$", "%", "()", "($)", "(a)", "$5$6", "--5%", "5 kg", "-(-5)"] {
            assert_eq!(read(cell), Number::Unparsable, "{cell}");
        }
        assert_eq!(super::read("1.234,5 €", Decimal::Comma), Number::Marked(1234.5));
    }

    proptest::proptest! {
        #[test]
        fn quick_numbers_are_the_same_numbers(cell in "[-+]?[0-9]{0,17}[.,]?[0-9]{0,8}") {
            for decimal in [Decimal::Point, Decimal::Comma] {
                let Some(number) = quick(&cell, decimal) else { continue };
                let Number::Value(value) = super::read(&cell, decimal) else { panic!("{cell}") };
                proptest::prop_assert_eq!(number.value.to_bits(), value.to_bits());
                let (mut one, mut other) = (DecimalEvidence::default(), DecimalEvidence::default());
                one.weigh(&cell);
                other.weigh_quick(&number, decimal);
                proptest::prop_assert_eq!(one, other);
            }
        }
    }

    #[test]
    fn words_for_missing_and_infinities() {
        for cell in ["", " ", "NA", "NaN", "null", "-", "?", "N/A", "None", "."] {
            assert_eq!(read(cell, Decimal::Point), Number::Missing, "{cell:?}");
        }
        for cell in ["inf", "-inf", "Infinity", "1e999", "-nan", "abc", "TRUE", "1.2.3"] {
            assert_eq!(read(cell, Decimal::Point), Number::Unparsable, "{cell:?}");
        }
    }

    #[test]
    fn the_decimal_sign_is_told_by_all_cells() {
        let told = |cells: &[&str], commas_cut: bool| {
            let mut evidence = DecimalEvidence::default();
            for cell in cells {
                evidence.weigh(cell);
            }
            evidence.decimal(commas_cut)
        };
        assert_eq!(told(&["1,5", "2"], false), Decimal::Comma);
        assert_eq!(told(&["1.5", "2"], false), Decimal::Point);
        assert_eq!(told(&["€1,5", "2,5 %"], false), Decimal::Comma);
        assert_eq!(told(&["1,234"], false), Decimal::Comma);
        assert_eq!(told(&["1,234"], true), Decimal::Point);
        assert_eq!(told(&["1,234", "0,5"], true), Decimal::Comma);
        assert_eq!(told(&["1,234.50", "1,234"], false), Decimal::Point);
        assert_eq!(told(&["1.234,5", "2.000", "3.000"], false), Decimal::Comma);
        assert_eq!(told(&["1.234", "2.345", "1,5"], true), Decimal::Point);
        assert_eq!(told(&["1.234", "2.345"], false), Decimal::Point);
        assert_eq!(told(&["31.01.2024", "a,b"], false), Decimal::Point);
    }
}
