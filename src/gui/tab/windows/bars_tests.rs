//! Tests of which bars are drawn, and of what stands under the pointer.

use proptest::prelude::*;

use super::*;
use crate::gui::tab::windows::Example;
use crate::project::Recipe;
use crate::series::{MissingPolicy, Series, TimeAxis};
use crate::train::{StateMode, TrainConfig};
use crate::window::{Part, Split, Supervision, WindowConfig};

/// Room for everything that a test needs to look at.
struct Case {
    recipe: Recipe,
    series: Series,
    split: Split,
    feed: Feed,
}

impl Case {
    fn new(values: Vec<f64>, window: WindowConfig, train: TrainConfig) -> Self {
        let series = Series::new("y", TimeAxis::row_numbers(), values);
        let mut recipe = Recipe { window, train, ..Recipe::default() };
        recipe.import.missing = MissingPolicy::Leave;
        let (split, feed) = (recipe.split(&series), recipe.feed(&series));
        Self { recipe, series, split, feed }
    }

    fn fed(&self) -> FeedView<'_> {
        FeedView {
            feed: &self.feed,
            series: &self.series,
            split: &self.split,
            window: &self.recipe.window,
            supervise: self.recipe.train.supervision(),
        }
    }
}

fn window() -> WindowConfig {
    WindowConfig { lookback: 6, horizon: 2, validation: 10, test: 5 }
}

fn stateful(supervise: Supervision) -> TrainConfig {
    let way = StateMode::Stateful;
    TrainConfig {
        state_mode: way,
        chunk: 5,
        lane_rows: Some(20),
        batch_size: 2,
        supervise: Some(supervise),
        ..Default::default()
    }
}

fn told(example: Option<Example>) -> (String, Range<usize>, Range<usize>) {
    example.map_or_else(Default::default, |e| (e.title, e.reads, e.says))
}

#[test]
fn lanes_have_chunks_by_turns_and_a_mark_where_the_state_is_reset() {
    let case = Case::new(vec![1.0; 58], window(), stateful(Supervision::Every));
    let scope = PictureScope { rows: 0..58, columns: 580, tracks: 2 };
    let bar = |track, rows, kind| Bar { track, rows, kind };
    // 42 rows have a target in the training part: the last two stay with the second lane.
    let expected = [
        bar(0, 0..5, BarKind::Reads),
        bar(0, 5..10, BarKind::NextReads),
        bar(0, 10..15, BarKind::Reads),
        bar(0, 15..20, BarKind::NextReads),
        bar(0, 0..1, BarKind::Reset),
        bar(1, 20..25, BarKind::Reads),
        bar(1, 25..30, BarKind::NextReads),
        bar(1, 30..35, BarKind::Reads),
        bar(1, 35..40, BarKind::NextReads),
        bar(1, 40..42, BarKind::Reads),
        bar(1, 20..21, BarKind::Reset),
    ];
    assert_eq!(training(&case.fed(), &scope), (2, expected.to_vec()));
    let expected = [bar(0, 22..43, BarKind::Reads), bar(0, 43..53, BarKind::Says)];
    assert_eq!(validation(&case.fed(), &scope), expected);
    // Too narrow to tell chunks apart.
    let narrow = PictureScope { rows: 0..58, columns: 30, tracks: 2 };
    let expected = [
        bar(0, 0..20, BarKind::Reads),
        bar(0, 0..1, BarKind::Reset),
        bar(1, 20..42, BarKind::NextReads),
        bar(1, 20..21, BarKind::Reset),
    ];
    assert_eq!(training(&case.fed(), &narrow), (2, expected.to_vec()));
}

#[test]
fn a_chunk_is_told_with_its_targets() {
    let case = Case::new(vec![1.0; 58], window(), stateful(Supervision::Every));
    let fed = case.fed();
    assert_eq!(fed.count(), 9);
    let chunk = |number: usize| told(fed.numbered(number));
    assert_eq!(chunk(1), ("Lane 1 of 2, chunk 2 of 4".to_owned(), 5..10, 6..12));
    assert_eq!(chunk(8), ("Lane 2 of 2, chunk 5 of 5".to_owned(), 40..42, 41..43));
    assert_eq!(fed.at(Part::Train, 7), fed.numbered(1));
    assert_eq!(fed.at(Part::Train, 57), fed.numbered(8));
    assert_eq!(told(fed.at(Part::Validation, 44)).1, 22..44);
    assert_eq!(told(fed.holdout()), ("Test".to_owned(), 36..56, 56..58));
    let last = Case::new(vec![1.0; 58], window(), stateful(Supervision::Last));
    assert_eq!(told(last.fed().numbered(1)).2, 10..12);
    let line = super::super::example::told(&fed, 2);
    let expected = "2 lanes of up to 22 rows, up to 5 chunks each, 5 updates an epoch";
    assert_eq!(line, expected);
}

#[test]
fn a_window_is_told_with_its_targets_and_gaps_are_passed_over() {
    let mut values = vec![1.0; 58];
    values[20] = f64::NAN;
    let case = Case::new(values, window(), TrainConfig::default());
    let fed = case.fed();
    // Starts 0..=14 and 21..=35.
    assert_eq!(fed.count(), 30);
    assert_eq!(told(fed.numbered(15)), ("Training window 16 of 30".to_owned(), 21..27, 27..29));
    assert_eq!(fed.at(Part::Train, 27), fed.numbered(15));
    assert_eq!(
        fed.at(Part::Train, 22),
        fed.numbered(14),
        "a window that needs row 20 is not there"
    );
    assert_eq!(
        told(fed.at(Part::Validation, 0)),
        ("Validation window 1 of 9".to_owned(), 37..43, 43..45)
    );
    assert_eq!(told(fed.at(Part::Test, 0)), ("Test".to_owned(), 50..56, 56..58));
    let line = super::super::example::told(&fed, 32);
    assert_eq!(line, "30 windows, 30 at a time, 1 update an epoch");
    let scope = PictureScope { rows: 0..58, columns: 580, tracks: 8 };
    for pair in training(&fed, &scope).1.chunks(2) {
        assert_eq!(pair[0].rows.len(), 6);
        assert_eq!(pair[1].rows, pair[0].rows.end..pair[0].rows.end + 2);
        assert!(!pair[0].rows.contains(&20), "{pair:?}");
    }
    // Too narrow to be told apart, and the gap too: the rows that any of them reads, and says.
    let narrow = PictureScope { rows: 0..58, columns: 35, tracks: 8 };
    let bar = |track, rows, kind| Bar { track, rows, kind };
    let expected = vec![bar(0, 0..41, BarKind::Reads), bar(1, 6..43, BarKind::Says)];
    assert_eq!(training(&fed, &narrow), (2, expected));
}

proptest! {
    /// However long the series, and however many gaps, there are no more bars than points across.
    #[test]
    fn bars_are_few_and_stand_where_they_should(
        length in 50_usize..30_000, gap in 2_usize..400, is_stateful in any::<bool>(),
        chunk in 1_usize..60, lane_rows in prop::option::of(1_usize..500),
        columns in 40_usize..900, tracks in 1_usize..30, first in 0_usize..20_000,
    ) {
        let values = (0..length).map(|row| if row % gap == 1 { f64::NAN } else { 1.0 }).collect();
        let way = if is_stateful { StateMode::Stateful } else { StateMode::Stateless };
        let train = TrainConfig { state_mode: way, chunk, lane_rows, ..TrainConfig::default() };
        let case = Case::new(values, window(), train);
        let scope = PictureScope { rows: first.min(length - 1)..length, columns, tracks };
        let (tracks, bars) = training(&case.fed(), &scope);
        prop_assert!(bars.len() <= columns + 8, "{} bars", bars.len());
        prop_assert!(validation(&case.fed(), &scope).len() <= columns + 8);
        for bar in &bars {
            prop_assert!(bar.track < tracks && bar.rows.end <= case.split.train.end);
        }
    }
}
