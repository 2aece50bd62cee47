//! Inside a module no two files need each other, over however many files between.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::uses::Sources;

/// Modules that still have files in circles, and how many: they become fewer, never more.
const FILES_IN_CIRCLES: &[(&str, usize)] = &[];

/// The shortest way back from a file to itself.
fn circle(edges: &[BTreeSet<usize>], from: usize) -> Option<Vec<usize>> {
    let mut before = BTreeMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(at) = next.pop_front() {
        for &to in &edges[at] {
            if to == from {
                let mut way = vec![at];
                while let Some(&earlier) = before.get(&way[way.len() - 1]) {
                    way.push(earlier);
                }
                way.reverse();
                return Some(way);
            }
            if let Entry::Vacant(unseen) = before.entry(to) {
                unseen.insert(at);
                next.push_back(to);
            }
        }
    }
    None
}

#[test]
fn no_two_files_of_a_module_need_each_other() {
    let root = super::source_root();
    let sources = Sources::read(&root, &super::sources(&root));
    let edges = sources.edges();
    let mut circles: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (at, file) in sources.files.iter().enumerate() {
        if let (Some((module, _)), Some(way)) = (file.place.split_once('/'), circle(&edges, at)) {
            let places = way.iter().chain([&at]).map(|&at| sources.files[at].place.as_str());
            circles.entry(module).or_default().push(places.collect::<Vec<_>>().join(" → "));
        }
    }
    let mut problems = Vec::new();
    for (module, _) in super::MODULES {
        let found = circles.get(module).map_or(&[][..], Vec::as_slice);
        let known = FILES_IN_CIRCLES.iter().find(|(known, _)| known == module);
        let known = known.map_or(0, |(_, count)| *count);
        if found.len() > known {
            let ways = found.join("\n  ");
            let count = found.len();
            problems.push(format!("{module}: {count} files in circles, not {known}:\n  {ways}"));
        } else if found.len() < known {
            problems.push(format!(
                "{module}: {} files in circles, fewer than the {known} of the list: shorten it",
                found.len()
            ));
        }
    }
    super::complain(&problems);
}

#[test]
fn a_circle_is_found_however_long_it_is() {
    let edges: Vec<BTreeSet<usize>> =
        [vec![1], vec![2, 3], vec![0], vec![]].into_iter().map(BTreeSet::from_iter).collect();
    assert_eq!(circle(&edges, 0), Some(vec![0, 1, 2]));
    assert_eq!(circle(&edges, 1), Some(vec![1, 2, 0]));
    assert_eq!(circle(&edges, 3), None);
}
