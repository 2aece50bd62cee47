//! Where an entry stands: lines of the file and slots of the series.

use tidegate::import::{Layout, Place, Reason};

use super::{MESSY, entry, read};

#[test]
fn values_stand_on_their_dates() {
    let reading = read(MESSY);
    let shown = |name: &str| -> Vec<String> {
        reading.panel.get(name).unwrap().values.iter().map(f64::to_string).collect()
    };
    assert_eq!(shown("a"), ["1", "NaN", "3", "NaN", "NaN", "NaN", "NaN", "NaN", "9"]);
    assert_eq!(shown("b"), ["10", "20", "NaN", "30", "NaN", "NaN", "NaN", "NaN", "NaN"]);
}

#[test]
fn lines_point_at_the_slots_they_stand_on() {
    let reading = read(MESSY);
    let places = |reason, column| -> Vec<Option<(usize, usize, usize, usize)>> {
        let entry = entry(&reading.ledger, reason, column);
        assert_eq!(entry.places.len(), entry.lines.len());
        let place = |place: Place| {
            (place.series.start, place.series.len(), place.slots.start, place.slots.len())
        };
        entry.places.into_iter().map(|one| one.map(place)).collect()
    };
    // Rows are about both series of the table, cells about that of their column.
    assert_eq!(places(Reason::RepeatedRow, None), [Some((0, 2, 2, 1))]);
    assert_eq!(places(Reason::ConflictingRow, None), [Some((0, 2, 1, 1))]);
    let moved = [Some((0, 2, 2, 1)), Some((0, 2, 2, 1)), Some((0, 2, 1, 1))];
    assert_eq!(places(Reason::OutOfOrder, None), moved);
    assert_eq!(places(Reason::MissingSlot, None), [Some((0, 2, 4, 4))]);
    assert_eq!(places(Reason::MissingCell, Some("a")), [Some((0, 1, 1, 1))]);
    assert_eq!(places(Reason::UnparsableCell, Some("a")), [Some((0, 1, 3, 1))]);
    assert_eq!(places(Reason::UnparsableCell, Some("b")), [Some((1, 1, 8, 1))]);
    for (reason, column) in [
        (Reason::RaggedRow, None),
        (Reason::EmptyRow, None),
        (Reason::MissingTime, Some("date")),
        (Reason::UnparsableTime, Some("date")),
    ] {
        let places = places(reason, column);
        assert!(!places.is_empty() && places.iter().all(Option::is_none), "{reason:?}");
    }
    assert_eq!(reading.repeated_slots(), [1, 2]);
}

#[test]
fn the_slots_of_a_long_panel_are_those_of_the_key() {
    let reading = read(
        "key,t,v\na,2024-01-01,1\na,2024-01-02,2\nb,2024-01-01,3\nb,2024-01-02,\n\
         b,2024-01-03,5\na,2024-01-03,3\na,2024-01-04,4\nb,2024-01-04,6\nb,2024-01-03,5\n",
    );
    assert_eq!(reading.layout, Layout::LongPanel);
    let missing = entry(&reading.ledger, Reason::MissingCell, Some("v"));
    assert_eq!(missing.places, [Some(Place { series: 1..2, slots: 1..2 })]);
    let repeated = entry(&reading.ledger, Reason::RepeatedRow, None);
    assert_eq!(repeated.places, [Some(Place { series: 1..2, slots: 2..3 })]);
    assert!(reading.repeated_slots().is_empty(), "the target is a");
    let reading = reading.with_target("b").unwrap();
    assert_eq!(reading.repeated_slots(), [2]);
}

#[test]
fn a_row_that_is_a_series_points_at_its_first_hole() {
    let reading = read("id,V1,V2,V3,V4,V5,V6\nx,1,2,3,4,5,6\ny,1,,,4,,6\nz,1,2,3,bad,5,6\n");
    assert_eq!(reading.layout, Layout::WideRows);
    let missing = entry(&reading.ledger, Reason::MissingCell, None);
    assert_eq!((missing.count, missing.lines), (3, vec![3]));
    assert_eq!(missing.places, [Some(Place { series: 1..2, slots: 1..3 })]);
    let bad = entry(&reading.ledger, Reason::UnparsableCell, None);
    assert_eq!(bad.places, [Some(Place { series: 2..3, slots: 3..4 })]);
}

#[test]
fn listed_lines_are_kept_to_look_at_with_a_row_around_them() {
    let row = |i: usize| match i {
        500 => "500,".to_owned(),
        700 => "700,1,2".to_owned(),
        i => format!("{i},{i}.5"),
    };
    let rows: Vec<String> = (0..1_000).map(row).collect();
    let preview = read(&format!("i,v\n{}\n", rows.join("\n"))).preview;
    let place = preview.place_of(502).unwrap();
    let shown: Vec<&str> = preview.rows[place - 1..place + 2].iter().map(|row| &*row[0]).collect();
    assert_eq!(shown, ["499", "500", "501"]);
    assert_eq!(preview.left_out_before(place - 1), 499 - 200);
    let ragged = preview.place_of(702).unwrap();
    assert_eq!(preview.rows[ragged], ["700", "1", "2"]);
    assert_eq!(preview.left_out_before(ragged), 0);
    assert_eq!(preview.left_out_before(ragged - 1), 699 - 502);
    // Row 701 stands on the step after the one that the ragged row left empty.
    assert_eq!((preview.rows.len(), preview.rows[ragged + 2][0].as_str()), (207, "702"));
    assert_eq!(preview.place_of(903), None);
}

#[test]
fn only_the_first_hundred_lines_are_listed() {
    let rows: Vec<String> = (0..150).map(|i| format!("{i},x{i},\n{i},1,2")).collect();
    let reading = read(&format!("k,v,w\n{}", rows.join("\n")));
    let dropped = entry(&reading.ledger, Reason::MissingCell, Some("w"));
    assert_eq!((dropped.count, dropped.lines.len()), (150, 100));
}
