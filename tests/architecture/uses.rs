//! What the files of the source name of each other, read with `syn`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::{Attribute, Item, ItemUse, Macro, UseTree, Visibility};

/// A path by its words: `series`, `Series`.
type Words = Vec<String>;

/// A file of the source.
pub struct Source {
    /// Where it is, under `src`.
    pub place: String,
    /// Its module, from the root of the crate.
    module: Words,
    /// What it names, of this crate by full paths.
    pub names: Vec<Name>,
    /// What else its names stand for: those that its `use`s bring in.
    brought_in: BTreeMap<String, Words>,
}

/// Something that a file names.
pub struct Name {
    /// The full path, without `crate`; of another crate with its name.
    pub path: Words,
    /// Whether it is of this crate.
    pub is_ours: bool,
    /// Whether it stands in code of tests.
    pub is_in_tests: bool,
    /// Whether a `use` hands it on, as in `pub use`.
    is_handed_on: bool,
}

/// All files of the source.
pub struct Sources {
    /// The files.
    pub files: Vec<Source>,
    places: BTreeMap<Words, usize>,
}

impl Sources {
    /// Reads all files.
    pub fn read(root: &Path, paths: &[PathBuf]) -> Self {
        let module_of = |path: &PathBuf| {
            let inside = path.strip_prefix(root).expect("a file of src").with_extension("");
            let words = inside.iter().map(|word| word.to_str().expect("a plain name").to_owned());
            let mut module: Words = words.collect();
            module.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
            module
        };
        let modules: Vec<Words> = paths.iter().map(module_of).collect();
        let known: BTreeSet<Words> = modules.iter().cloned().collect();
        let read = |(path, module): (&PathBuf, &Words)| {
            let text = fs::read_to_string(path).expect("a source file");
            let parsed = syn::parse_file(&text);
            let file = parsed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let (names, brought_in) = Reader::read(module, &known, &file);
            let place = path.strip_prefix(root).expect("a file of src").display().to_string();
            Source { place, module: module.clone(), names, brought_in }
        };
        let files: Vec<Source> = paths.iter().zip(&modules).map(read).collect();
        let places = modules.iter().cloned().enumerate().map(|(at, module)| (module, at)).collect();
        Self { files, places }
    }

    /// The file that a full path leads to; what a `use` brought in is followed to where it comes from.
    fn file_of(&self, path: &[String], steps: usize) -> Option<usize> {
        let deepest = (0..=path.len()).rev().find(|&end| self.places.contains_key(&path[..end]))?;
        let at = self.places[&path[..deepest]];
        let Some(name) = path.get(deepest) else { return Some(at) };
        match self.files[at].brought_in.get(name) {
            Some(from) if steps > 0 => {
                let further: Words = from.iter().chain(&path[deepest + 1..]).cloned().collect();
                self.file_of(&further, steps - 1)
            }
            _ => Some(at),
        }
    }

    /// For each file, the files of its top-level module that its code outside of tests names.
    pub fn edges(&self) -> Vec<BTreeSet<usize>> {
        let of = |(at, file): (usize, &Source)| {
            let ours = file.names.iter().filter(|name| name.is_ours && !name.is_in_tests);
            let followed = ours.filter_map(|name| {
                let to = self.file_of(&name.path, 16)?;
                let top = |file: &Source| file.module.first().cloned();
                let hands_on = name.is_handed_on && self.files[to].module.starts_with(&file.module);
                let counts = to != at && top(file) == top(&self.files[to]) && !hands_on;
                counts.then_some(to)
            });
            followed.collect()
        };
        self.files.iter().enumerate().map(of).collect()
    }
}

/// Collects what a file names.
struct Reader<'a> {
    module: Words,
    depth: usize,
    known: &'a BTreeSet<Words>,
    is_in_tests: bool,
    names: Vec<Name>,
    brought_in: BTreeMap<String, Words>,
}

impl<'a> Reader<'a> {
    fn read(
        module: &Words,
        known: &'a BTreeSet<Words>,
        file: &syn::File,
    ) -> (Vec<Name>, BTreeMap<String, Words>) {
        let last = module.last().map_or("", String::as_str);
        let is_in_tests = last == "tests" || last.ends_with("_tests");
        let mut reader = Self {
            module: module.clone(),
            depth: 0,
            known,
            is_in_tests,
            names: Vec::new(),
            brought_in: BTreeMap::new(),
        };
        reader.visit_file(file);
        (reader.names, reader.brought_in)
    }

    /// The full path of one as it is written, and whether it is of this crate.
    fn full(&self, written: &[String]) -> (Words, bool) {
        let mut module = self.module.clone();
        let mut rest = written;
        match rest.first().map(String::as_str) {
            Some("crate") => (module, rest) = (Words::new(), &rest[1..]),
            Some("self") => rest = &rest[1..],
            Some("super") => {}
            Some(first) => {
                let child: Words = module.iter().cloned().chain([first.to_owned()]).collect();
                if !self.known.contains(&child) {
                    return (written.to_vec(), false);
                }
            }
            None => return (Words::new(), false),
        }
        while rest.first().is_some_and(|word| word == "super") {
            module.pop();
            rest = &rest[1..];
        }
        module.extend(rest.iter().cloned());
        (module, true)
    }

    fn name(&mut self, written: &[String], is_handed_on: bool) {
        let (path, is_ours) = self.full(written);
        let is_in_tests = self.is_in_tests;
        self.names.push(Name { path, is_ours, is_in_tests, is_handed_on });
    }

    fn bring_in(&mut self, tree: &UseTree, before: &mut Words, is_handed_on: bool) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.bring_in(&path.tree, before, is_handed_on);
                before.pop();
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.bring_in(tree, before, is_handed_on));
            }
            UseTree::Glob(_) => self.name(&before.clone(), is_handed_on),
            UseTree::Name(name) => self.bring_name(before, &name.ident, &name.ident, is_handed_on),
            UseTree::Rename(name) => {
                self.bring_name(before, &name.ident, &name.rename, is_handed_on);
            }
        }
    }

    fn bring_name(
        &mut self,
        before: &Words,
        name: &syn::Ident,
        called: &syn::Ident,
        is_handed_on: bool,
    ) {
        let mut written = before.clone();
        if name != "self" {
            written.push(name.to_string());
        }
        self.name(&written, is_handed_on);
        let (path, is_ours) = self.full(&written);
        if is_ours && self.depth == 0 && !self.is_in_tests {
            self.brought_in.insert(called.to_string(), path);
        }
    }

    fn in_tests_if(&mut self, is_in_tests: bool, visit: impl FnOnce(&mut Self)) {
        let before = self.is_in_tests;
        self.is_in_tests |= is_in_tests;
        visit(self);
        self.is_in_tests = before;
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            Item::Const(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            _ => return syn::visit::visit_item(self, item),
        };
        self.in_tests_if(attributes.iter().any(is_of_tests), |reader| {
            syn::visit::visit_item(reader, item);
        });
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_some() {
            self.module.push(item.ident.to_string());
            self.depth += 1;
            syn::visit::visit_item_mod(self, item);
            self.depth -= 1;
            self.module.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let is_handed_on = !matches!(item.vis, Visibility::Inherited);
        self.bring_in(&item.tree, &mut Words::new(), is_handed_on);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let written: Words = path.segments.iter().map(|word| word.ident.to_string()).collect();
        if written.len() > 1 {
            self.name(&written, false);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invoked: &'ast Macro) {
        syn::visit::visit_macro(self, invoked);
        // What stands between the brackets is no tree: words joined by `::` are read off its text.
        let text = invoked.tokens.to_string().replace(" :: ", "::");
        for joined in text.split(|letter: char| !letter.is_alphanumeric() && !"_:".contains(letter))
        {
            let written: Words = joined.split("::").map(str::to_owned).collect();
            if written.len() > 1 && written.iter().all(|word| !word.is_empty()) {
                self.name(&written, false);
            }
        }
    }

    // Neither says what the code needs.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

/// Whether an attribute is `#[cfg(test)]`, or one like it.
fn is_of_tests(attribute: &Attribute) -> bool {
    let is_cfg = attribute.path().is_ident("cfg");
    is_cfg
        && attribute.meta.require_list().is_ok_and(|list| {
            let text = list.tokens.to_string();
            text == "test" || text.contains("(test") || text.contains(", test")
        })
}
