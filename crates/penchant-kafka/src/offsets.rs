//! Offsets, kept from being mistaken for one another, and where a partition's reading starts.

use penchant_ports::{PortError, PortErrorKind};
use rdkafka::Offset;

/// The offset to read next: one past the last record that has taken effect. What Kafka calls a
/// committed offset is this number, and not the record's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NextOffset(u64);

impl NextOffset {
    /// As the learner reports it and as checkpoints hold it.
    pub(crate) const fn new(next: u64) -> Self {
        Self(next)
    }

    /// From a list of Kafka's, where "none" is a negative number.
    pub(crate) fn of(offset: Offset) -> Option<Self> {
        match offset {
            Offset::Offset(next) => u64::try_from(next).ok().map(Self),
            Offset::Beginning
            | Offset::End
            | Offset::Stored
            | Offset::Invalid
            | Offset::OffsetTail(_) => None,
        }
    }

    pub(crate) const fn get(self) -> u64 {
        self.0
    }

    /// For lists of Kafka's.
    pub(crate) fn to_kafka(self) -> Offset {
        Offset::Offset(i64::try_from(self.0).unwrap_or(i64::MAX))
    }
}

/// What is known of one partition when it is assigned.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known {
    /// The store's checkpoint when consuming began; none when the store reflects nothing of it.
    pub(crate) checkpoint: Option<NextOffset>,
    /// What this process has itself reported as durable since.
    pub(crate) own: Option<NextOffset>,
    /// The group's committed offset when consuming began.
    pub(crate) committed_before: Option<NextOffset>,
    /// The group's committed offset now.
    pub(crate) committed: Option<NextOffset>,
    /// The first offset the broker still has.
    pub(crate) low: u64,
    /// The offset the broker will give next.
    pub(crate) high: u64,
}

/// Where reading starts.
///
/// The store is the truth, so its checkpoint decides. The group's committed offset is believed
/// only when it moved while this process was watching: then a living member of the group, which
/// writes the same store, has made that much durable. One that was there before may belong to a
/// store that has since been restored or replaced; believing it would skip records.
///
/// | checkpoint | own | committed before, now | starts at |
/// |---|---|---|---|
/// | none | none | any, the same | the first record there is |
/// | 7 | none | 9, 9 | 7 (the store was restored) |
/// | 7 | none | 7, 30 | 30 (another member worked on it) |
/// | 7 | 40 | 7, 30 | 40 |
///
/// # Errors
/// [`PortErrorKind::Invariant`] when the broker no longer has, or does not yet have, the offset
/// that is needed. Nothing is skipped; a person has to decide.
pub(crate) fn start(topic: &str, partition: u32, known: Known) -> Result<NextOffset, PortError> {
    let moved = known.committed.filter(|now| Some(*now) != known.committed_before);
    let durable = known.checkpoint.max(known.own).max(moved).filter(|next| next.get() > 0);
    let Some(next) = durable else { return Ok(NextOffset::new(known.low)) };
    let Known { low, high, .. } = known;
    if next.get() > high {
        return Err(PortError::new(
            PortErrorKind::Invariant,
            format!(
                "partition {partition} of {topic} ends at offset {high}, but offset {next} is \
                 already reflected in the store: the topic was recreated or records were lost; \
                 restore the topic, or rebuild the store from what the topic holds",
                next = next.get()
            ),
        ));
    }
    if next.get() < low {
        return Err(PortError::new(
            PortErrorKind::Invariant,
            format!(
                "partition {partition} of {topic} begins at offset {low}, but records from offset \
                 {next} on have not taken effect: retention has removed {gone} of them; nothing is \
                 skipped until a person decides",
                next = next.get(),
                gone = low - next.get()
            ),
        ));
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn at(next: u64) -> Option<NextOffset> {
        Some(NextOffset::new(next))
    }

    fn of(
        checkpoint: Option<NextOffset>,
        own: Option<NextOffset>,
        committed_before: Option<NextOffset>,
        committed: Option<NextOffset>,
    ) -> u64 {
        let known = Known { checkpoint, own, committed_before, committed, low: 3, high: 100 };
        start("t", 0, known).unwrap().get()
    }

    #[test]
    fn the_store_decides_and_the_group_only_where_it_moved() {
        assert_eq!(of(None, None, None, None), 3);
        assert_eq!(of(None, None, at(50), at(50)), 3);
        assert_eq!(of(at(7), None, at(9), at(9)), 7);
        assert_eq!(of(at(7), None, at(7), at(30)), 30);
        assert_eq!(of(at(7), None, None, at(30)), 30);
        assert_eq!(of(at(7), at(40), at(7), at(30)), 40);
        assert_eq!(of(at(60), None, at(7), at(30)), 60);
    }

    #[test]
    fn a_recreated_topic_halts() {
        let known = Known { checkpoint: at(101), low: 0, high: 100, ..Known::default() };
        let error = start("t", 4, known).unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Invariant);
        assert!(error.message.contains("recreated"), "{error}");
        let known = Known { checkpoint: at(100), low: 0, high: 100, ..Known::default() };
        assert_eq!(start("t", 4, known).unwrap().get(), 100);
    }

    #[test]
    fn records_removed_before_they_took_effect_halt() {
        let known = Known { checkpoint: at(9), low: 10, high: 100, ..Known::default() };
        let error = start("t", 4, known).unwrap_err();
        assert!(error.message.contains("retention has removed 1"), "{error}");
    }

    #[test]
    fn a_kafka_offset_that_is_none_is_none() {
        assert_eq!(NextOffset::of(Offset::Invalid), None);
        assert_eq!(NextOffset::of(Offset::Offset(0)), at(0));
        assert_eq!(NextOffset::new(8).to_kafka(), Offset::Offset(8));
    }
}
