//! The read path: embed the asked context, find the nearest preferences, rank, resolve, render.
//!
//! 1. [`retriever`]: one question through the whole path.
//! 2. [`contexts`]: which kinds of situations the asked one belongs to.
//! 3. [`relevance`]: what of the user's preferences matters here, and how much.
//! 4. [`adapter`]: compares a question with a note, by what was learnt from labelled ones.
//! 5. [`population`]: how sure what is inferred is, beside what other users of the tenant hold.
//! 6. [`candidates`]: scores drafts by what was found.
//!
//! *Absent on purpose:* writes, products, protobuf.

pub mod adapter;
pub mod candidates;
pub mod contexts;
pub mod population;
pub mod relevance;
pub mod retriever;
#[cfg(test)]
mod tests;

pub use population::{Population, Populations};
pub use retriever::{RankedCandidate, RetrieveQuery, Retrieved, Retriever};
