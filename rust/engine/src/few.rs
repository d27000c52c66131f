//! A list that nearly always has one entry.
//!
//! There is one in each of a hundred thousand credentials, so one entry costs no memory of its own, and more than one a
//! single pointer in whoever has the list.

/// The list, in the order in which entries came.
#[derive(Default)]
pub(crate) enum Few<T> {
    #[default]
    None,
    One(T),
    /// In a box: bare, it would make the whole list wider.
    #[allow(clippy::box_collection)]
    More(Box<Vec<T>>),
}

impl<T> Few<T> {
    pub(crate) fn push(&mut self, entry: T) {
        *self = match std::mem::take(self) {
            Self::None => Self::One(entry),
            Self::One(first) => Self::More(Box::new(vec![first, entry])),
            Self::More(mut entries) => {
                entries.push(entry);
                Self::More(entries)
            }
        };
    }

    /// Drops every entry but those that are to be kept.
    pub(crate) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        match self {
            Self::None => {}
            Self::One(one) => {
                if !keep(one) {
                    *self = Self::None;
                }
            }
            Self::More(entries) => entries.retain(keep),
        }
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        match self {
            Self::None => [].iter(),
            Self::One(one) => std::slice::from_ref(one).iter(),
            Self::More(entries) => entries.iter(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_come_and_go_in_order_and_one_takes_no_room_of_its_own() {
        let mut few = Few::default();
        let entries = |few: &Few<u64>| few.iter().copied().collect::<Vec<_>>();
        for n in 1..=4 {
            assert_eq!(entries(&few), (1..n).collect::<Vec<_>>());
            few.push(n);
        }
        few.retain(|n| n % 2 == 0);
        assert_eq!(entries(&few), [2, 4]);
        few.retain(|_| false);
        few.push(5);
        assert_eq!(entries(&few), [5]);
        let mut one = Few::default();
        one.push(1);
        one.retain(|_| true);
        assert_eq!(entries(&one), [1]);
        one.retain(|_| false);
        assert_eq!(entries(&one), [0; 0]);
        assert_eq!(size_of::<Few<u64>>(), 2 * size_of::<u64>());
    }
}
