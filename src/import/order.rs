//! Rows or slots in order: mostly each number after the one before, and then not stored one by one.

/// Whole numbers in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Order {
    /// 0, 1, 2 and so on, so many.
    Counted(usize),
    /// These.
    Listed(Vec<usize>),
}

impl Order {
    pub fn len(&self) -> usize {
        match self {
            Self::Counted(count) => *count,
            Self::Listed(numbers) => numbers.len(),
        }
    }

    /// The number at a place below the length.
    pub fn at(&self, place: usize) -> usize {
        match self {
            Self::Counted(_) => place,
            Self::Listed(numbers) => numbers[place],
        }
    }

    pub fn last(&self) -> Option<usize> {
        self.len().checked_sub(1).map(|last| self.at(last))
    }

    /// The first so many of them.
    pub fn first(&self, count: usize) -> Self {
        match self {
            Self::Counted(all) => Self::Counted(count.min(*all)),
            Self::Listed(numbers) => Self::Listed(numbers.iter().copied().take(count).collect()),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        (0..self.len()).map(|place| self.at(place))
    }
}

impl Default for Order {
    fn default() -> Self {
        Self::Counted(0)
    }
}

impl From<Vec<usize>> for Order {
    fn from(numbers: Vec<usize>) -> Self {
        let counts = numbers.iter().enumerate().all(|(place, &number)| place == number);
        if counts { Self::Counted(numbers.len()) } else { Self::Listed(numbers) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_not_listed_and_reads_the_same() {
        assert_eq!(Order::from(vec![0, 1, 2]), Order::Counted(3));
        assert_eq!(Order::from(Vec::new()).last(), None);
        for numbers in [vec![0, 1, 2], vec![1, 2, 3], vec![0, 2, 5]] {
            let order = Order::from(numbers.clone());
            assert_eq!(order.iter().collect::<Vec<_>>(), numbers);
            assert_eq!((order.len(), order.last()), (3, numbers.last().copied()));
        }
    }
}
