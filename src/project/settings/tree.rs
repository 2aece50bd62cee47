//! The values of a recipe as a tree, by the paths of settings.

use ciborium::Value as Tree;

use crate::project::Recipe;

/// The tree of a recipe.
pub fn tree_of(recipe: &Recipe) -> Tree {
    Tree::serialized(recipe).unwrap_or(Tree::Null)
}

/// The value at a path; `None` where there is none, as for a parameter of a choice that is not made.
pub fn value_at<'a>(tree: &'a Tree, path: &str) -> Option<&'a Tree> {
    path.split('.').try_fold(tree, entry)
}

/// The entry of a map by name.
pub fn entry<'a>(tree: &'a Tree, name: &str) -> Option<&'a Tree> {
    let entries = tree.as_map()?;
    entries.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

/// A number of either kind, and how it is written.
pub fn number_of(value: &Tree) -> Option<(f64, String)> {
    if let Some(number) = value.as_float() {
        return Some((number, number.to_string()));
    }
    let whole = i128::from(value.as_integer()?);
    #[expect(clippy::cast_precision_loss, reason = "to compare with a range")]
    Some((whole as f64, whole.to_string()))
}

impl Recipe {
    /// This recipe with another number at a setting; `None` where it takes no such number.
    pub(in crate::project) fn with_number(
        &self,
        path: &str,
        number: SettingNumber,
    ) -> Option<Self> {
        let mut tree = tree_of(self);
        let place = path.split('.').try_fold(&mut tree, |tree, name| {
            let entries = tree.as_map_mut()?;
            let named = entries.iter_mut().find(|(key, _)| key.as_text() == Some(name));
            named.map(|(_, value)| value)
        })?;
        *place = match number {
            SettingNumber::Whole(number) => Tree::from(number),
            SettingNumber::Real(number) => Tree::from(number),
            SettingNumber::LeftOut => Tree::Null,
        };
        tree.deserialized().ok()
    }
}

/// What a setting of a number is set to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SettingNumber {
    /// A whole number.
    Whole(u64),
    /// A number.
    Real(f64),
    /// Nothing: it is left to the program.
    LeftOut,
}
