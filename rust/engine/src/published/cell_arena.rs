//! Where generation cells live: in memory that this process never gives back.
//!
//! A read looks at the cell of its handle at any time, without a lock, and a handle is never given out twice. So a cell is
//! leaked on purpose, handed out once and never reused; a handle costs 8 bytes for good. Cells share cache lines with cells
//! alone: a neighbour that changes, once in its token's life, costs the readers of this one a look at memory. Invariant:
//! nothing here writes to a cell.

use parking_lot::Mutex;

use crate::published::GenerationCell;

/// Cells leaked at a time: eight cache lines, so that a plan of one profile leaks no more than that.
const CHUNK: usize = 64;

/// Cache lines of cells alone.
#[repr(align(64))]
struct Lines([GenerationCell; CHUNK]);

/// Cells that are not handed out yet.
#[derive(Default)]
pub(crate) struct CellArena(Mutex<std::slice::Iter<'static, GenerationCell>>);

impl CellArena {
    /// One that nobody else has, or will have.
    pub(crate) fn next(&self) -> &'static GenerationCell {
        let mut rest = self.0.lock();
        loop {
            if let Some(cell) = rest.next() {
                return cell;
            }
            let lines: &'static Lines =
                Box::leak(Box::new(Lines(std::array::from_fn(|_| GenerationCell::new()))));
            *rest = lines.0.iter();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_cell_is_handed_out_once_and_cells_fill_whole_lines() {
        let arena = CellArena::default();
        let cells: Vec<_> = (0..3 * CHUNK).map(|_| std::ptr::from_ref(arena.next()).addr()).collect();
        assert_eq!(cells.iter().collect::<BTreeSet<_>>().len(), 3 * CHUNK);
        let lines: BTreeSet<_> = cells.iter().map(|at| at / 64).collect();
        assert_eq!(lines.len(), 3 * CHUNK * size_of::<GenerationCell>() / 64, "with nothing else in them");
    }
}
