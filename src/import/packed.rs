//! The cells of one column in one piece of a file, as one text with its cuts.

/// Cells, one after another.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    text: String,
    /// Where each cell ends; a piece of a file is shorter than 4 GiB.
    ends: Vec<u32>,
}

impl Packed {
    /// The cell at a place below the number of cells.
    pub fn cell(&self, at: usize) -> &str {
        let end = |at: usize| usize::try_from(self.ends[at]).unwrap_or(usize::MAX);
        let start = at.checked_sub(1).map_or(0, end);
        self.text.get(start..end(at)).unwrap_or_default()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|at| self.cell(at))
    }
}

impl<S: AsRef<str>> FromIterator<S> for Packed {
    fn from_iter<I: IntoIterator<Item = S>>(cells: I) -> Self {
        let mut packed = Self::default();
        for cell in cells {
            packed.text.push_str(cell.as_ref());
            packed.ends.push(u32::try_from(packed.text.len()).unwrap_or(u32::MAX));
        }
        packed.text.shrink_to_fit();
        packed.ends.shrink_to_fit();
        packed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_out_as_they_went_in() {
        let cells = ["", "é", "a,b", "", "1"];
        let packed: Packed = cells.into_iter().collect();
        assert_eq!(packed.iter().collect::<Vec<_>>(), cells);
        assert_eq!(packed.cell(2), "a,b");
    }
}
