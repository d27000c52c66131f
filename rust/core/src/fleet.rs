//! One token for many processes: what they tell the store they share, and what each makes of its answers.
//!
//! The store keeps, for each client, the gate, the token of each credential with the refresh token that came with it, and a
//! lease. [`protocol`] says what each command does there; the scripts that run in the store do the same, and a test holds
//! them to that. [`node`] is one process. Sans-IO, as the machine is: a model checks every order in which messages of three
//! nodes can arrive, be late or be lost, with nodes that crash and leases that end early.
//!
//! Invariants:
//!
//! - A request is granted by the holder of the lease alone, in one step with the look at the gate.
//! - Each lease has a larger [`Fence`](protocol::Fence) than all before it. A token takes the place of one with a smaller
//!   fence only, so that a holder that was late replaces nothing newer.
//! - A refresh token is recorded as sent before it is sent. Where that was recorded and no answer came, nobody sends it again.
//! - Only the holder that sent a refresh token drops it: one that hears `invalid_grant` drops no newer one.

pub mod node;
pub mod protocol;
