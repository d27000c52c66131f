//! What APIs answered, how long threads pause for that, and where tokens may go.

use std::sync::Arc;
use std::time::Duration;

use tollgate_core::failure::Failure;
use tollgate_core::machine::pacing::Pace;

use super::Engine;
use crate::endpoint::credential::CredentialCell;
use crate::handle::Handle;
use crate::report::{Report, note};

impl Engine {
    /// Takes an API answer to a token of this handle, or of any lane of its profile. Tells whether answers that report a
    /// quota are to be told from now on, whatever else they say.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn report(&self, handle: Handle, report: Report<'_>) -> Result<bool, Failure> {
        let opened = self.opened(handle)?;
        let authorization = report.authorization.map(|sent| opened.profile.placement.bare(sent));
        let report = Report { authorization, ..report };
        let own: &Arc<CredentialCell> = &opened.credential;
        let cell = opened.lanes.as_ref().map_or(own, |lanes| lanes.addressee(own, &report));
        report.deliver(&opened.profile, cell);
        Ok(cell.api.wants_quotas())
    }

    /// When this caller, who has `waited` for its turn, may send its next request to `origin`, so that what remains of the
    /// API's quotas lasts to their reset. It waits `max_pause` at most in all.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn pace(&self, handle: Handle, origin: Option<&str>, waited: Duration) -> Result<Pace, Failure> {
        let opened = self.opened(handle)?;
        let longest = opened.profile.max_pause.saturating_sub(waited);
        Ok(match opened.credential.api.pace(opened.credential.now(), origin) {
            Pace::After(wait) | Pace::AskAgain(wait) if wait >= longest => Pace::After(longest),
            pace => pace,
        })
    }

    /// How long the API gate of `origin` stays closed; without an origin, how long any does. With `spread`: how long this
    /// caller should pause, with its own share of the spread on reopening, at most `max_pause`. Lock-free while the API
    /// has named no limit.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn pause(&self, handle: Handle, origin: Option<&str>, spread: bool) -> Result<Duration, Failure> {
        let opened = self.opened(handle)?;
        let (api, now) = (&opened.credential.api, opened.credential.now());
        Ok(if spread {
            api.pause(now, origin, opened.profile.max_pause)
        } else {
            api.remaining(now.mono, origin)
        })
    }

    /// A thread really paused that long.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn paused(&self, handle: Handle, time: Duration) -> Result<(), Failure> {
        note(&self.opened(handle)?.credential, move |member, now| {
            member.metrics.paused = member.metrics.paused.saturating_add(time);
            member.write(|writer, journal| writer.paused(journal, now, time));
        });
        Ok(())
    }

    /// Whether the token may be sent to an origin, which is like `https://api.example.com:443`; empty: not known.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn permits(&self, handle: Handle, origin: &str) -> Result<bool, Failure> {
        Ok(self.opened(handle)?.profile.allowed_hosts.permits(origin))
    }

    /// A request of a sample that was meant for the origin `own` went to `to`, with the token or without because of
    /// `allowed_hosts`. Tells whether the token went where it had no business to be.
    ///
    /// # Errors
    /// `INTERNAL` for a handle that was never given out.
    pub fn visited(&self, handle: Handle, own: &str, to: &str, carried: bool) -> Result<bool, Failure> {
        let opened = self.opened(handle)?;
        let strayed = carried && opened.profile.allowed_hosts.is_elsewhere(own, to);
        note(&opened.credential, move |member, _| {
            member.metrics.withheld += u64::from(!carried);
            member.metrics.strayed += u64::from(strayed);
        });
        Ok(strayed)
    }
}
