//! Every limit that a client can run into, in one place, with its reason.

/// Longest single text in an event, in bytes. A chat message or draft is far below; a record
/// above it would threaten the log's own message limit.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// Longest context text kept, in bytes; the embedder reads only its beginning.
pub const MAX_CONTEXT_BYTES: usize = 32 * 1024;
/// Longest task name, in bytes.
pub const MAX_TASK_BYTES: usize = 128;
/// Most attributes on a context or an item.
pub const MAX_ATTRIBUTES: usize = 32;
/// Longest attribute name, in bytes.
pub const MAX_ATTRIBUTE_NAME_BYTES: usize = 64;
/// Longest attribute value, in bytes.
pub const MAX_ATTRIBUTE_VALUE_BYTES: usize = 512;
/// Most options on one side of a comparison.
pub const MAX_OPTIONS: usize = 32;
/// Most events in one `RecordEvents` call.
pub const MAX_BATCH: usize = 1_000;
/// Most neighbours a retrieval may ask for.
pub const MAX_K: u32 = 100;
/// Most tokens a summary may be asked to fill.
pub const MAX_SUMMARY_TOKENS: u32 = 8_192;
/// Most retrievals in one `BatchRetrieve` call.
pub const MAX_RETRIEVALS: usize = 100;
/// Most candidates in one `RankCandidates` call; each is embedded.
pub const MAX_CANDIDATES: usize = 100;
/// Most facets a retrieval may be restricted to.
pub const MAX_FACET_FILTERS: usize = 64;
/// Largest page of a list.
pub const MAX_PAGE: u32 = 200;
/// Longest description a person may write, in characters (one line).
pub const MAX_DESCRIPTION_CHARS: usize = 280;
/// Event time may differ from log time by at most this, in seconds, unless imported.
pub const MAX_CLOCK_SKEW_SECS: u64 = 24 * 3600;
