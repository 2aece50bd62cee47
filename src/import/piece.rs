//! One piece of a file to columns of numbers, dates and text.
//!
//! Pieces are read side by side and know nothing of each other; `cells` puts them together.

use super::columns::NumberPiece;
use super::error::ImportError;
use super::frame;
use super::number::{Decimal, DecimalEvidence};
use super::packed::Packed;
use super::records::{Record, Span};
use super::selection::{Marks, Selection};
use super::tally::Tally;
use super::time::plain_dates::PlainDates;

/// How the cells of a table are read.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'a> {
    pub file: &'a str,
    pub text: &'a str,
    pub selection: &'a Selection,
    pub decimal: Decimal,
    /// Columns whose text is kept, whatever it says.
    pub kept: &'a [bool],
}

/// A piece, read.
pub(crate) struct Piece {
    pub marks: Marks,
    /// Line of each whole row.
    pub lines: Vec<usize>,
    /// Rows that are not whole.
    pub ragged: Tally,
    /// None at all where no row is whole.
    pub columns: Vec<ColumnPiece>,
}

/// A column of a piece.
pub(crate) struct ColumnPiece {
    pub numbers: NumberPiece,
    pub dates: Option<PlainDates>,
    /// The cells, unless numbers or dates tell them well enough.
    pub text: Option<Packed>,
    pub evidence: DecimalEvidence,
}

impl Piece {
    /// Reads the rows in a part of the text.
    ///
    /// # Errors
    /// What polars says.
    pub fn read(manner: Manner<'_>, span: Span) -> Result<Self, ImportError> {
        let Manner { file, text, selection, .. } = manner;
        let mut marks = Marks::new(span);
        let mut ragged = Tally::default();
        let mut rows: Vec<Record> = Vec::new();
        for row in selection.rows_in(text, span) {
            let is_whole = selection.is_whole(text, &row);
            marks.add(&row, is_whole);
            if is_whole {
                rows.push(row);
                continue;
            }
            ragged.add(row.line);
            ragged.detail_with(|| {
                let (line, fields, width) = (row.line, row.fields, selection.width);
                format!("line {line} has {fields} fields where {width} were expected")
            });
        }
        let lines = rows.iter().map(|row| row.line).collect();
        let mut columns = Vec::new();
        if !rows.is_empty() {
            let read = frame::columns(file, text, &rows, selection.delimiter, selection.width)?;
            let cells = |column: usize| {
                // Null is how polars says that a cell is empty.
                read[column].iter().map(Option::unwrap_or_default)
            };
            let column = |at| ColumnPiece::read(|| cells(at), manner.decimal, manner.kept[at]);
            columns = (0..read.len()).map(column).collect();
        }
        Ok(Self { marks, lines, ragged, columns })
    }
}

impl ColumnPiece {
    fn read<'a, I: ExactSizeIterator<Item = &'a str>>(
        cells: impl Fn() -> I,
        decimal: Decimal,
        keeps_text: bool,
    ) -> Self {
        let mut evidence = DecimalEvidence::default();
        let dates = PlainDates::read(&cells);
        let numbers = match &dates {
            // A date is no number and shows no decimal sign.
            Some(dates) if dates.strays + dates.missing == 0 => {
                NumberPiece::of_dates(cells().len())
            }
            _ => NumberPiece::read(cells(), decimal, &mut evidence),
        };
        let dates =
            if numbers.is_blank() { Some(PlainDates::nothing(cells().len())) } else { dates };
        let is_told = dates.is_some() || numbers.tells_cells();
        let text = (keeps_text || !is_told).then(|| cells().collect());
        Self { numbers, dates, text, evidence }
    }
}
