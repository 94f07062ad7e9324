#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use futures::future::join_all;
use penchant_core::{CheckpointDelta, EventId, TenantId, UserId, UserKey, UserState};
use penchant_ports::memory::MemoryLog;
use penchant_ports::{CommitBatch, Epoch, SystemClock};

use super::*;

/// A store that gets on by `step` records each time it is asked, and counts how often it is.
#[derive(Default)]
struct Counting {
    next_offset: AtomicU64,
    step: AtomicU64,
    asked: AtomicU64,
    /// How many ask at this moment, and how many did at most.
    asking: AtomicU64,
    most: AtomicU64,
    away: AtomicBool,
}

#[async_trait]
impl PreferenceStore for Counting {
    async fn fence(&self, _: Partition) -> Result<Epoch, PortError> {
        unreachable!("nobody writes")
    }

    async fn load(&self, _: &[UserKey]) -> Result<Vec<UserState>, PortError> {
        unreachable!("nobody writes")
    }

    async fn commit(&self, _: CommitBatch) -> Result<(), PortError> {
        unreachable!("nobody writes")
    }

    async fn checkpoint(&self) -> Result<Checkpoint, PortError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.most.fetch_max(self.asking.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        // An answer takes its time, in which others may come.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        self.asking.fetch_sub(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            return Err(PortError::new(PortErrorKind::Unavailable, "the store is away"));
        }
        let mut checkpoint = Checkpoint::default();
        let step = self.step.load(Ordering::SeqCst);
        let next_offset = self.next_offset.fetch_add(step, Ordering::SeqCst);
        checkpoint.advance(CheckpointDelta { partition: Partition(0), next_offset }).unwrap();
        Ok(checkpoint)
    }
}

/// A room before a log of 400 records in partition 0, of which nothing has taken effect.
async fn room() -> (Arc<Counting>, Arc<Reach>) {
    let log = MemoryLog::new(Arc::new(SystemClock));
    let ada = UserKey::new(TenantId::try_new("default").unwrap(), UserId::try_new("ada").unwrap());
    for n in 0..400 {
        let event = penchant_core::Event {
            id: EventId::try_new(format!("e-{n}")).unwrap(),
            user: ada.clone(),
            session: None,
            occurred_at: penchant_core::Timestamp::from_millis(0),
            imported: false,
            context: penchant_core::Context::default(),
            body: penchant_core::EventBody::Erase,
        };
        log.append(vec![event]).await.pop().unwrap().unwrap();
    }
    let store = Arc::new(Counting::default());
    let log: Arc<dyn EventLog> = Arc::new(log);
    let reach = Reach::new(log, Arc::<Counting>::clone(&store), None);
    (store, Arc::new(reach))
}

fn at(offset: u64) -> Position {
    Position::new(0, offset)
}

#[tokio::test]
async fn many_calls_that_wait_cost_the_polls_of_one() {
    let (store, reach) = room().await;
    store.step.store(20, Ordering::SeqCst);
    let calls = (0..200).map(|n| {
        let reach = Arc::clone(&reach);
        tokio::spawn(async move { reach.reach(at(n), None).await })
    });
    let calls = join_all(calls.collect::<Vec<_>>());
    for answer in calls.await {
        answer.unwrap().unwrap();
    }
    let asked = store.asked.load(Ordering::SeqCst);
    // It answered 0, 20, 40 … 200: once each, and every call heard it.
    assert_eq!((asked, store.most.load(Ordering::SeqCst)), (11, 1));
    // What is known costs nothing.
    reach.reach(at(199), None).await.unwrap();
    assert_eq!(store.asked.load(Ordering::SeqCst), asked);
}

#[tokio::test]
async fn the_answer_comes_before_the_deadline_and_says_how_far_it_is() {
    let (store, reach) = room().await;
    store.next_offset.store(7, Ordering::SeqCst);
    let begun = Instant::now();
    let error = reach.reach(at(9), Some(begun + Duration::from_secs(2))).await.unwrap_err();
    let took = begun.elapsed().as_millis();
    // Without the deadline it would have waited for 10 s. How late a busy machine is, is not ours.
    assert!((1_790..9_000).contains(&took), "{took} ms");
    assert_eq!(
        error.to_string(),
        "position 0:9 has not taken effect yet: partition 0 is reflected up to offset 7, not \
         included"
    );
    assert_eq!(error.code(), "UNAVAILABLE");
    // Without a deadline there is an end all the same.
    assert_eq!(patience(None), MAX_WAIT);
    assert_eq!(patience(Some(begun)), Duration::ZERO);
    // The answer needs time to arrive.
    let soon = patience(Some(Instant::now() + Duration::from_secs(2)));
    assert!(soon <= Duration::from_millis(1_800), "{soon:?}");
}

#[tokio::test]
async fn the_room_is_bounded_and_places_are_given_back() {
    let (store, reach) = room().await;
    let wait = |_| {
        let reach = Arc::clone(&reach);
        tokio::spawn(async move { reach.reach(at(9), None).await })
    };
    let waiting: Vec<_> = (0..MAX_WAITING).map(wait).collect();
    while reach.room.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(matches!(reach.reach(at(9), None).await, Err(GatewayError::Exhausted { .. })));
    // Whoever goes away frees a place, also the one that was asking.
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
    join_all(waiting).await;
    store.next_offset.store(10, Ordering::SeqCst);
    reach.reach(at(9), None).await.unwrap();
}

#[tokio::test]
async fn a_store_that_is_away_is_told_to_all_and_a_position_that_is_none_is_refused() {
    let (store, reach) = room().await;
    store.away.store(true, Ordering::SeqCst);
    let both = tokio::join!(reach.reach(at(9), None), reach.reach(at(8), None));
    for outcome in [both.0, both.1] {
        assert!(outcome.unwrap_err().to_string().contains("the store is away"));
    }
    store.away.store(false, Ordering::SeqCst);
    let refused = reach.reach(at(400), None).await.unwrap_err();
    assert!(matches!(refused, GatewayError::Invalid(_)), "{refused}");
}
