//! An answer's status, header and body, the body read within bounds.
//!
//! Invariants: no more than [`LARGEST`] bytes are read, and none is decoded, so that a small answer can't unpack into a
//! large one; and a body that could not be read takes nothing from its status and its header, which came before it: a 429
//! is one, and its `Retry-After` is heard, whatever follows.

use reqwest::Response;
use reqwest::header::{HeaderName, HeaderValue};
use secrecy::zeroize::Zeroizing;
use tollgate_core::oauth::token_answer::{Class, Refusal};

/// A token answer is a few kilobytes; a server that sends more is not a token endpoint.
const LARGEST: usize = 1 << 20;

/// Room for every ordinary answer: a buffer that grows leaves copies of the token behind.
const ROOM: usize = 16 << 10;

/// Why a body could not be read to its end.
pub(crate) enum Unread {
    /// It is larger than [`LARGEST`].
    TooLong,
    /// The connection broke, or time was up.
    Broken(reqwest::Error),
}

/// The status of `answer`, and its header fields in order.
pub(crate) fn head(answer: &Response) -> (u16, Vec<(String, String)>) {
    let field = |(name, value): (&HeaderName, &HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    (answer.status().as_u16(), answer.headers().iter().map(field).collect())
}

/// Reads the body of `answer`.
pub(crate) async fn read(answer: &mut Response) -> Result<Zeroizing<Vec<u8>>, Unread> {
    // Where the answer says how long it is, that is the room: what is zeroed afterwards costs time.
    let said = answer.content_length().and_then(|said| usize::try_from(said).ok());
    let mut body = Zeroizing::new(Vec::with_capacity(said.map_or(ROOM, |said| said.min(ROOM))));
    while let Some(chunk) = answer.chunk().await.map_err(Unread::Broken)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Unread::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl Unread {
    /// The refusal of an answer that read as `refusal` without its body; `told` says how a connection broke.
    pub(crate) fn refusal(
        self,
        refusal: Refusal,
        describe: impl FnOnce(&reqwest::Error) -> String,
    ) -> Refusal {
        match self {
            Self::TooLong => Refusal { message: "an answer of more than 1 MiB".into(), ..refusal },
            Self::Broken(error) if matches!(refusal.class, Class::Throttled | Class::Unavailable) => {
                Refusal { message: describe(&error), maybe_processed: true, ..refusal }
            }
            // What else was to be said is not known: a refusal might have been of the grant, or for a while only.
            Self::Broken(error) => {
                Refusal { retry_after: refusal.retry_after, ..Refusal::unanswered(describe(&error)) }
            }
        }
    }
}
