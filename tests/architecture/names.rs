//! Names of types: each says what it is without its module.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use syn::{Attribute, Item};

/// Names of the types of a file, those of its tests left out.
fn types(items: &[Item], found: &mut Vec<String>) {
    for item in items {
        let (attributes, name): (&[Attribute], _) = match item {
            Item::Struct(item) => (&item.attrs, &item.ident),
            Item::Enum(item) => (&item.attrs, &item.ident),
            Item::Trait(item) => (&item.attrs, &item.ident),
            Item::Type(item) => (&item.attrs, &item.ident),
            Item::Union(item) => (&item.attrs, &item.ident),
            Item::Mod(inner) => {
                if let Some((_, items)) = &inner.content
                    && !is_for_tests(&inner.attrs)
                {
                    types(items, found);
                }
                continue;
            }
            _ => continue,
        };
        if !is_for_tests(attributes) {
            found.push(name.to_string());
        }
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

fn is_test_file(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    stem == "tests" || stem.ends_with("_tests")
}

#[test]
fn no_two_types_share_a_name() {
    let root = super::source_root();
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in super::sources(&root).iter().filter(|path| !is_test_file(path)) {
        let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
        let mut found = Vec::new();
        types(&file.items, &mut found);
        let place = path.strip_prefix(&root).unwrap().display().to_string();
        for name in found {
            places.entry(name).or_default().push(place.clone());
        }
    }
    assert!(places.len() > 500, "the source was read: {} types", places.len());
    let repeated: Vec<String> = places
        .into_iter()
        .filter(|(_, places)| places.len() > 1)
        .map(|(name, places)| format!("{name}: {}", places.join(", ")))
        .collect();
    assert!(repeated.is_empty(), "types that share a name:\n{}", repeated.join("\n"));
}
