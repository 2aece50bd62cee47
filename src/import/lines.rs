//! The line of each row of a table, kept as runs: most rows stand on the line after the one before.

/// Lines of rows, counted from 1 (from 0 in files that have rows and no lines).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lines {
    /// The first row of each run and its line.
    runs: Vec<(usize, usize)>,
    rows: usize,
}

impl Lines {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// The line of a row; of one past the last, as if the last run went on.
    pub fn at(&self, row: usize) -> usize {
        let run = self.runs.partition_point(|&(first, _)| first <= row);
        run.checked_sub(1).map_or(1, |run| self.runs[run].1 + (row - self.runs[run].0))
    }
}

impl Extend<usize> for Lines {
    fn extend<I: IntoIterator<Item = usize>>(&mut self, lines: I) {
        for line in lines {
            let goes_on =
                self.runs.last().is_some_and(|&(row, start)| start + self.rows - row == line);
            if !goes_on {
                self.runs.push((self.rows, line));
            }
            self.rows += 1;
        }
    }
}

impl FromIterator<usize> for Lines {
    fn from_iter<I: IntoIterator<Item = usize>>(lines: I) -> Self {
        let mut kept = Self::default();
        kept.extend(lines);
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_keeps_its_line(steps in prop::collection::vec(1_usize..3, 0..60)) {
            let lines: Vec<usize> = steps.iter().scan(1, |line, step| { *line += step; Some(*line) }).collect();
            let kept: Lines = lines.iter().copied().collect();
            prop_assert_eq!(kept.len(), lines.len());
            for (row, &line) in lines.iter().enumerate() {
                prop_assert_eq!(kept.at(row), line);
            }
        }
    }

    #[test]
    fn neighbours_share_a_run() {
        let kept: Lines = [2, 3, 4, 9, 10].into_iter().collect();
        assert_eq!(kept.runs, [(0, 2), (3, 9)]);
    }
}
