//! What must hold at the end of every scenario.

use std::collections::{BTreeMap, BTreeSet};

use penchant_core::{Partition, UserKey};
use penchant_ports::{Delivery, EventLog as _, ListQuery, Payload};
use penchant_tests::oracle;

use crate::load::Sent;
use crate::scene::Scene;

/// Records read at a time.
const CHUNK: usize = 1_000;

/// What the log held in the end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) records: usize,
    pub(crate) unique: usize,
    pub(crate) users: usize,
}

impl Scene {
    async fn records(&self) -> Vec<Delivery> {
        let mut all = Vec::new();
        for n in 0..self.kafka.partitions {
            let mut next = 0;
            loop {
                let records = self.log.read(Partition(n), next, CHUNK).await.unwrap();
                let Some(last) = records.last() else { break };
                next = last.position.next_offset();
                all.extend(records);
            }
        }
        all
    }

    /// Once all processes have stopped: every acknowledged event is on the log; the memory of every user is what the reference fold
    /// makes of the log's unique events, vectors and watermark included; dead letters are the
    /// injected ones exactly.
    pub(crate) async fn judge(&self, sent: &Sent) -> Verdict {
        let records = self.records().await;
        let mut on_log = BTreeSet::new();
        let mut watermarks: BTreeMap<UserKey, u64> = BTreeMap::new();
        let mut garbage = BTreeSet::new();
        for record in &records {
            match &record.payload {
                Payload::Event(event) => {
                    on_log.insert((event.user.user.to_string(), event.id.to_string()));
                    watermarks.insert(event.user.clone(), record.position.next_offset());
                }
                Payload::DeadLetter(_) => {
                    garbage.insert(record.position);
                }
                Payload::Erased => {}
            }
        }
        let missing: Vec<_> = sent.acknowledged.difference(&on_log).collect();
        assert!(missing.is_empty(), "acknowledged but not on the log: {missing:?}");
        assert_eq!(garbage, sent.poison, "what is no event is what was injected");
        let listing = self.log.dead_letters().list(10_000).await.unwrap();
        let aside: BTreeSet<_> = listing.letters.iter().map(|letter| letter.origin).collect();
        assert_eq!(aside, sent.poison, "dead letters are what was injected");

        let store = self.open_memory();
        let expected = oracle::reference(&records, &*self.embedder).await;
        for (user, state) in &expected {
            let stored = store.load(std::slice::from_ref(user)).await.unwrap().remove(0);
            let query =
                ListQuery { user: user.clone(), statuses: Vec::new(), limit: 10_000, cursor: None };
            let page = store.list(&query).await.unwrap();
            oracle::assert_same(user, &page.items, &state.preferences);
            oracle::assert_same_head(user, &stored.head, &state.head);
            let partition = self.log.partition_of(user);
            assert_eq!(
                stored.head.checkpoint.next_offset(partition),
                watermarks[user],
                "the watermark of {user}"
            );
        }
        Verdict { records: records.len(), unique: on_log.len(), users: expected.len() }
    }
}
