//! Time and chance as values. Nothing in this crate reads a clock or rolls dice; callers hand both in, so
//! that a 24-hour run takes milliseconds in a test and a random wait can be replayed.

use std::time::Duration;

/// A point on the monotonic clock, in nanoseconds since an origin the caller chose once.
///
/// Lifetimes and waits are measured on this clock only. It counts the time in which the machine was suspended, and a
/// step of the wall clock does not move it. All arithmetic saturates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mono(u64);

impl Mono {
    /// The origin.
    pub const ZERO: Self = Self(0);
    /// Later than anything that happens.
    pub const NEVER: Self = Self(u64::MAX);

    /// The point `nanos` nanoseconds after the origin.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the origin.
    #[must_use]
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// The point `by` later, or [`Mono::NEVER`].
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(saturating_nanos(by)))
    }

    /// The point `by` earlier, or the origin.
    #[must_use]
    pub fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(saturating_nanos(by)))
    }

    /// The time from `earlier` to here; zero if `earlier` is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

fn saturating_nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Wall-clock time, in milliseconds since the Unix epoch. Used to read dates a server sends, never for deadlines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wall(pub i64);

/// Both clocks, read together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// The monotonic clock.
    pub mono: Mono,
    /// The wall clock.
    pub wall: Wall,
}

/// A source of chance.
pub trait Jitter {
    /// The next number in `[0, 1)`.
    fn unit(&mut self) -> f64;
}

/// What a machine is told with every event: the time, and a source of chance.
pub struct Context<'a> {
    /// When the event happened.
    pub now: Now,
    /// Where random waits come from.
    pub jitter: &'a mut dyn Jitter,
}

impl Context<'_> {
    /// A random duration in `[low, high)`; `low` where the range is empty.
    pub fn between(&mut self, low: Duration, high: Duration) -> Duration {
        low + high.saturating_sub(low).mul_f64(self.jitter.unit().clamp(0.0, 1.0))
    }
}

/// SplitMix64: small, seedable, and good enough to spread waits. Not for secrets.
#[derive(Clone, Debug)]
pub struct SplitMix(u64);

impl SplitMix {
    /// A generator whose whole future follows from `seed`.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }
}

impl Jitter for SplitMix {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        // 53 bits: every value is exact in an f64, and 1.0 is never reached.
        #[allow(clippy::cast_precision_loss)]
        let unit = (z >> 11) as f64 / (1_u64 << 53) as f64;
        unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates_at_both_ends() {
        assert_eq!(Mono::NEVER.after(Duration::MAX), Mono::NEVER);
        assert_eq!(Mono::ZERO.before(Duration::from_secs(1)), Mono::ZERO);
        assert_eq!(Mono::ZERO.since(Mono::NEVER), Duration::ZERO);
        assert_eq!(Mono::ZERO.after(Duration::from_micros(5)).nanos(), 5_000);
    }

    #[test]
    fn chance_is_that_of_the_published_generator_and_stays_in_its_range() {
        // The first outputs of SplitMix64 from this seed, as its author publishes them.
        let published = [6_457_827_717_110_365_317_u64, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        let mut dice = SplitMix::seeded(1_234_567);
        for output in published {
            #[allow(clippy::cast_precision_loss)]
            let unit = (output >> 11) as f64 / (1_u64 << 53) as f64;
            assert_eq!(dice.unit().to_bits(), unit.to_bits());
        }
        assert!((0..10_000).map(|_| dice.unit()).all(|u| (0.0..1.0).contains(&u)));
    }
}
