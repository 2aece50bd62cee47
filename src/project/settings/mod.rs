//! The settings of a recipe as a table: what each is called, what it is for, what it can be.
//!
//! Everything here is read from where a setting is declared: its doc comment, its `serde` name, its
//! default, and its `schemars` attributes. Checks, forms, flags, recipe files and the reference page
//! are made from it. Attributes beside those of JSON Schema: `x-unit` (what a number counts),
//! `x-default` (the default in words, where it follows from the data) and `x-flag` (the flag of the
//! command line that is short for it).

mod changes;
mod page;
mod range;
mod schema;
mod table;

use std::fmt;

pub(super) use changes::part_names;
pub use changes::{Changes, SetError};
pub use page::reference;
pub use range::Range;
pub use schema::recipe_schema;
pub use table::{Choice, RecipePart, SettingInfo, SettingKind, entry, parts, setting_at, settings};
pub(super) use table::{SettingNumber, number_of, tree_of, value_at};

/// A setting, named by its path in a recipe file: `train.batch_size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Setting(&'static str);

impl Setting {
    /// The setting at a path. [`setting!`](crate::project::setting) makes one whose path the compiler
    /// has checked.
    pub const fn at(path: &'static str) -> Self {
        Self(path)
    }

    /// The path in a recipe file.
    pub const fn path(self) -> &'static str {
        self.0
    }

    /// What is known of it.
    pub fn info(self) -> &'static SettingInfo {
        setting_at(self.0).unwrap_or_else(|| SettingInfo::unknown())
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The setting of a field of the recipe: `setting!(train.batch_size)`. A path that is no field does not
/// compile.
#[macro_export]
macro_rules! recipe_setting {
    ($part:ident $(. $field:ident)+) => {{
        const _: fn(&$crate::project::Recipe) = |recipe| {
            let _ = &recipe.$part $(. $field)+;
        };
        $crate::project::Setting::at(concat!(stringify!($part) $(, ".", stringify!($field))+))
    }};
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
