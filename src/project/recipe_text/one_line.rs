//! TOML of a value in one line, whatever text is in it, so that it can stand behind a `#` too.
//!
//! The `toml` crate lays out text with line breaks over several lines, and writes characters that turn
//! the direction of text as they are.

use toml::Value;

use crate::series::text::is_unseen;

/// A value, as it stands behind `=`.
pub fn value(value: &Value) -> String {
    match value {
        Value::String(words) => text(words),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(self::value).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Table(table) if table.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            let entries = table.iter().map(|(name, value)| key(name) + " = " + &self::value(value));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        // Numbers, dates, true and false hold no foreign text.
        plain => plain.to_string(),
    }
}

/// A key, bare where it may be.
pub fn key(name: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { text(name) }
}

/// Text in quotes, every character that is not seen as an escape.
fn text(words: &str) -> String {
    let mut quoted = String::with_capacity(words.len() + 2);
    quoted.push('"');
    for letter in words.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            letter if is_unseen(letter) => quoted.push_str(&match u32::from(letter) {
                code @ ..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            }),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use toml::Table;

    use super::*;

    fn is_kept(one: &Value) -> bool {
        let line = format!("v = {}", value(one));
        assert!(!line.contains(is_unseen), "{line:?}");
        let back: Table = line.parse().unwrap_or_else(|error| panic!("{line}: {error}"));
        back["v"] == *one
    }

    #[test]
    fn values_of_every_kind_stay_what_they_are() {
        let table: Table =
            "a = [1, 2.5, 1e-300, true, 'x'] \n\"b c\" = { d = 'e\"f', g = {} }".parse().unwrap();
        assert!(is_kept(&Value::Table(table)));
        for number in [0.1 + 0.2, -0.0, 1e300, f64::INFINITY, 5e-324] {
            assert!(is_kept(&Value::Float(number)), "{number}");
        }
    }

    proptest! {
        #[test]
        fn text_comes_back_from_values_and_keys(words in any::<String>(), name in "[\u{1b}\n\"\\\\'\u{202e}\u{e0041}#=.\u{7f}a]{0,9}") {
            for words in [&words, &name] {
                prop_assert!(is_kept(&Value::String(words.clone())));
                let named: Table = [(words.clone(), Value::Integer(1))].into_iter().collect();
                prop_assert!(is_kept(&Value::Table(named)));
            }
        }
    }
}
