//! Many short texts as one with its cuts: the cells of one column in one piece of a file, or those of a
//! sheet.

/// Cells, one after another.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    text: String,
    /// Where each cell ends; all together are shorter than 4 GiB.
    ends: Vec<u32>,
}

impl Packed {
    /// The cell at a place below the number of cells.
    pub fn cell(&self, at: usize) -> &str {
        let end = |at: usize| usize::try_from(self.ends[at]).unwrap_or(usize::MAX);
        let start = at.checked_sub(1).map_or(0, end);
        self.text.get(start..end(at)).unwrap_or_default()
    }

    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all cells together.
    pub fn text_len(&self) -> usize {
        self.text.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|at| self.cell(at))
    }
}

impl<S: AsRef<str>> FromIterator<S> for Packed {
    fn from_iter<I: IntoIterator<Item = S>>(cells: I) -> Self {
        let mut packed = Self::default();
        for cell in cells {
            packed.push(cell.as_ref());
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
