//! Every metric that exists.
//!
//! Names follow `penchant_<area>_<noun>_<unit>[_total]`: counters end in `_total` and have no
//! unit where they count things; seconds are seconds; gauges say what they hold.

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts observations in buckets.
    Histogram,
}

macro_rules! metrics_table {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $kind:ident, $help:literal;)*) => {
        /// A metric of penchant.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum MetricName {
            $(#[doc = $help] $(#[$doc])* $variant,)*
        }

        impl MetricName {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name as scraped.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The help text as scraped.
            #[must_use]
            pub const fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)* }
            }

            /// What it is.
            #[must_use]
            pub const fn kind(self) -> MetricKind {
                match self { $(Self::$variant => MetricKind::$kind,)* }
            }
        }
    };
}

metrics_table! {
    BuildInfo = "penchant_build_info", Gauge,
        "Always 1; its labels name the build: version, commit, profile.";
    GatewayEvents = "penchant_gateway_events_total", Counter,
        "Events taken in durably, by kind.";
    GatewayRejections = "penchant_gateway_rejections_total", Counter,
        "Events refused at the edge, by reason.";
    GatewayRequestSeconds = "penchant_gateway_request_seconds", Histogram,
        "Time to answer a request, by method and result code.";
    LogDeadLetters = "penchant_log_dead_letters_total", Counter,
        "Records put aside because they are no valid event, by reason (INV-5).";
    LogLag = "penchant_log_lag_records", Gauge,
        "Records on the log that have not taken effect yet, by partition.";
    LogLanes = "penchant_log_lanes", Gauge,
        "Partitions that this process is working on.";
    LearnBatches = "penchant_learn_batches_total", Counter,
        "Batches committed.";
    LearnEvents = "penchant_learn_events_total", Counter,
        "Events in committed batches.";
    LearnUsers = "penchant_learn_users_total", Counter,
        "Users changed by committed batches (a user counts once per batch).";
    LearnBatchSeconds = "penchant_learn_batch_seconds", Histogram,
        "Time from the first delivery of a batch to its durable commit.";
    LearnStageSeconds = "penchant_learn_stage_seconds", Histogram,
        "Time of one stage of a committed batch: load, read (embedding included), propose, fold, commit.";
    LearnBatchRecords = "penchant_learn_batch_records", Histogram,
        "Records per committed batch.";
    LearnRestarts = "penchant_learn_restarts_total", Counter,
        "Times the learner started anew after a failure that passes, by reason.";
    LearnMessages = "penchant_learn_messages_total", Counter,
        "User messages read; with penchant_llm_calls_total it gives LLM calls per 100 messages.";
    LearnDuplicates = "penchant_learn_duplicates_total", Counter,
        "Events that had already taken effect and were passed over (INV-2).";
    LearnRevisions = "penchant_learn_revisions_total", Counter,
        "Changes of preferences, by kind.";
    LearnQuarantines = "penchant_learn_quarantines_total", Counter,
        "Preferences held back until a person confirms them, by reason.";
    LearnErasures = "penchant_learn_erasures_total", Counter,
        "Users erased (INV-9).";
    InvariantViolations = "penchant_invariant_violations_total", Counter,
        "Broken promises that were caught and refused, by invariant. Must stay 0.";
    StoreRetries = "penchant_store_retries_total", Counter,
        "Store calls tried again, by kind of failure.";
    RetrieveSeconds = "penchant_retrieve_request_seconds", Histogram,
        "Time to answer a retrieval.";
    RetrievePreferences = "penchant_retrieve_served_preferences", Histogram,
        "Preferences served per retrieval.";
    EmbedSeconds = "penchant_embed_batch_seconds", Histogram,
        "Time to embed one batch of texts.";
    EmbedTexts = "penchant_embed_texts_total", Counter,
        "Texts embedded, cache hits excluded.";
    EmbedNotes = "penchant_embed_notes_total", Counter,
        "Wishes put down as notes, by outcome: written, or unsure (the user's words stand).";
    EmbedNoteSeconds = "penchant_embed_notes_seconds", Histogram,
        "Time to put down the wishes of one batch.";
    EmbedFallbacks = "penchant_embed_fallbacks_total", Counter,
        "Times the lexical fallback took the place of the model, by reason.";
    LlmCalls = "penchant_llm_calls_total", Counter,
        "Calls of the language model, by outcome.";
    LlmCallSeconds = "penchant_llm_call_seconds", Histogram,
        "Time of a call of the language model.";
    LlmRefusals = "penchant_llm_refusals_total", Counter,
        "Calls of the language model that were not made, by reason (budget, circuit).";
    LlmRejections = "penchant_llm_rejections_total", Counter,
        "Answers of the language model that broke the rules, by reason.";
    LlmEvents = "penchant_llm_events_total", Counter,
        "Events worth asking the language model about, by what came of it (amended, kept, late, unanswered).";
    LlmCallsPerHundred = "penchant_llm_calls_per_hundred_messages", Gauge,
        "Calls of the language model per 100 messages of users, since the start of the process.";
    LlmCircuit = "penchant_llm_circuit_state", Gauge,
        "Circuit breaker of the language model: 0 closed, 1 half-open, 2 open.";
}

/// Label names, each with one meaning everywhere.
pub(crate) mod labels {
    pub(crate) const KIND: &str = "kind";
    pub(crate) const REASON: &str = "reason";
    pub(crate) const PARTITION: &str = "partition";
    pub(crate) const INVARIANT: &str = "invariant";
    pub(crate) const OUTCOME: &str = "outcome";
    pub(crate) const METHOD: &str = "method";
    pub(crate) const CODE: &str = "code";
    pub(crate) const STAGE: &str = "stage";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_follow_the_pattern() {
        let mut seen = BTreeSet::new();
        for metric in MetricName::ALL {
            let name = metric.as_str();
            assert!(seen.insert(name), "{name} is there twice");
            assert!(name.starts_with("penchant_"), "{name}");
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
            assert_eq!(name.ends_with("_total"), metric.kind() == MetricKind::Counter, "{name}");
            assert!(metric.help().ends_with('.'), "{name} has no sentence as help");
        }
    }
}
