//! A share of the requests, in per cent.

use std::fmt;

/// Millionths in the whole.
const WHOLE: u32 = 1_000_000;
/// Millionths in one per cent.
const PER_CENT: f64 = 10_000.0;

/// A share of the requests, which look as if they were drawn by chance and are the same in every run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    millionths: u32,
}

impl Share {
    /// Every request.
    pub const ALL: Self = Self { millionths: WHOLE };

    /// Reads `0.1%`, `33%`, `100%`.
    ///
    /// # Errors
    /// The text is not a share.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let number = text.trim().strip_suffix('%').and_then(|number| number.trim_end().parse::<f64>().ok());
        match number {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from 0 to a million"
            )]
            Some(number) if (0.0..=100.0).contains(&number) => {
                Ok(Self { millionths: (number * PER_CENT).round() as u32 })
            }
            _ => Err(format!("`{text}` is not a share: write per cent from 0 to 100, as in 0.1%")),
        }
    }

    /// Whether the request of this number is among them.
    #[must_use]
    pub fn takes(self, number: u64) -> bool {
        scattered(number) % u64::from(WHOLE) < u64::from(self.millionths)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", f64::from(self.millionths) / PER_CENT)
    }
}

/// The output of SplitMix64 at this step: neighbouring numbers are independent of one another.
fn scattered(number: u64) -> u64 {
    let mut bits = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_and_written_in_per_cent() {
        for text in ["0%", "0.1%", "33%", "100%"] {
            assert_eq!(Share::parse(text).unwrap().to_string(), text);
        }
        for wrong in ["1", "", "%", "-1%", "101%", "NaN%", "a%"] {
            assert!(Share::parse(wrong).unwrap_err().contains("per cent"), "{wrong}");
        }
    }

    #[test]
    fn it_takes_as_many_as_it_says_and_now_and_then_two_in_a_row() {
        let taken = |text: &str| {
            let share = Share::parse(text).unwrap();
            (0..100_000).filter(move |number| share.takes(*number)).collect::<Vec<u64>>()
        };
        assert_eq!([taken("0%").len(), taken("100%").len()], [0, 100_000]);
        let of_a_hundred = taken("1%");
        assert!((900..1_100).contains(&of_a_hundred.len()), "{}", of_a_hundred.len());
        let in_a_row = of_a_hundred.windows(2).filter(|pair| pair[1] == pair[0] + 1).count();
        assert!((3..25).contains(&in_a_row), "{in_a_row}");
    }
}
