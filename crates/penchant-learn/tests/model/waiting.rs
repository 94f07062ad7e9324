//! What a model may cost the lane: time within bounds, nothing lost, nothing out of order.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use penchant_core::{Event, UserKey};
use penchant_ports::memory::MemoryStore;
use penchant_ports::{PortErrorKind, PreferenceStore, ProposalOperation};
use penchant_testkit::builders::{at, erase, message, statement, user, user_of};
use penchant_testkit::faulty::{Fault, FaultPlan, FaultyStore};

use crate::world::{Model, World, ada, add, calls, in_context, tenant};

const HOUR: Duration = Duration::from_secs(3_600);

/// Changes of mind, so that order shows in the memory.
fn wishes(users: usize, each: usize) -> Vec<Event> {
    const DRINKS: [&str; 4] = ["tea", "coffee", "juice", "water"];
    let one = |n: usize| {
        let drink = DRINKS[(n / users) % DRINKS.len()];
        let text = format!("I prefer {drink} for breakfast number {}.", n / users);
        let user = user(n % users);
        // Statements and messages: messages are what calls are counted by.
        if n.is_multiple_of(2) {
            statement(&user, &format!("e{n}"), &text)
        } else {
            message(&user, &format!("e{n}"), &text)
        }
    };
    (0..users * each).map(one).collect()
}

async fn same_as_without(world: &World, events: Vec<Event>, users: &[UserKey]) {
    let plain = World::new();
    plain.tell(events).await;
    plain.learn(None).await;
    for user in users {
        let memory = world.memory(user).await;
        assert!(!memory.preferences.is_empty(), "nothing was learnt: this proves nothing");
        assert_eq!(memory, plain.memory(user).await);
    }
}

#[tokio::test]
async fn a_model_that_hangs_delays_a_batch_by_its_patience_and_takes_nothing_away() {
    let mut world = World::new();
    world.config.patience = Duration::from_millis(300);
    let model = Model::hanging();
    world.tell(wishes(3, 4)).await;
    let started = std::time::Instant::now();
    let status = world.learn(Some(&model)).await;
    let took = started.elapsed();
    assert!(took >= world.config.patience && took < Duration::from_secs(10), "{took:?}");
    assert_eq!((status.messages, status.inferrer.unwrap().calls), (6, 3));
    assert_eq!(status.calls_per_100_messages(), Some(50.0));
    let users: Vec<UserKey> = (0..3).map(user).collect();
    same_as_without(&world, wishes(3, 4), &users).await;
}

#[tokio::test]
async fn a_lane_that_falls_behind_waits_ever_less() {
    let mut world = World::new();
    world.config.patience = Duration::from_millis(320);
    world.config.max_batch = 1;
    let model = Model::hanging();
    world.tell(wishes(1, 100)).await;
    let started = std::time::Instant::now();
    world.learn(Some(&model)).await;
    // 320 + 160 + 80 + 40, and 20 ms for each of the other 96 make 2.5 s; all patient, 32 s.
    let took = started.elapsed();
    assert!(took < Duration::from_secs(16), "{took:?}");
    same_as_without(&world, wishes(1, 100), &[user(0)]).await;
}

#[tokio::test]
async fn a_model_that_fails_or_lies_changes_nothing() {
    let foreign = ProposalOperation::Retract { turn: 7, number: 99 };
    for answer in [
        Err(PortErrorKind::Unavailable),
        Err(PortErrorKind::Invalid),
        Ok(vec![foreign, ProposalOperation::Keep]),
        Ok(vec![add(1, "", "prefer"), add(1, "likes tea", "adore")]),
    ] {
        let world = World::new();
        let model = Model::saying(move |_| answer.clone(), Duration::from_millis(10));
        world.tell(wishes(3, 4)).await;
        world.learn(Some(&model)).await;
        assert!(!model.asked().is_empty());
        let users: Vec<UserKey> = (0..3).map(user).collect();
        same_as_without(&world, wishes(3, 4), &users).await;
    }
}

#[tokio::test]
async fn users_are_asked_about_side_by_side_within_a_bound_and_apart_from_each_other() {
    side_by_side(World::new()).await;
    // Lanes share the places, as they share the inferrer and with it its budgets.
    side_by_side(World::with_partitions(4)).await;
}

async fn side_by_side(mut world: World) {
    world.config.patience = HOUR;
    let model = Model::saying(|_| Ok(Vec::new()), Duration::from_millis(20));
    let events = (0..12).map(|n| {
        statement(&user(n), &format!("e{n}"), &format!("I prefer dish number {n} on Mondays."))
    });
    world.tell(events.collect()).await;
    let store: Arc<dyn PreferenceStore> = Arc::<MemoryStore>::clone(&world.store);
    world.learn_into(store, Some(calls(&model, 3))).await;
    assert_eq!(model.most.load(Ordering::SeqCst), 3);
    let asked = model.asked();
    assert_eq!(asked.len(), 12, "one call per user");
    assert!(asked.iter().all(|request| request.turns.len() == 1), "{asked:?}");
}

#[tokio::test]
async fn a_call_that_came_late_keeps_its_place() {
    let mut world = World::new();
    world.config.patience = Duration::from_millis(160);
    world.config.max_batch = 1;
    let model = Model::hanging();
    world.tell(wishes(1, 6)).await;
    let store: Arc<dyn PreferenceStore> = Arc::<MemoryStore>::clone(&world.store);
    world.learn_into(store, Some(calls(&model, 2))).await;
    assert_eq!(model.asked().len(), 2, "a model that hangs is not called without end");
}

#[tokio::test]
async fn a_batch_that_is_redone_asks_nobody_again() {
    let mut world = World::new();
    world.config.max_backoff = Duration::from_millis(100);
    let plan = FaultPlan { seed: 3, delay: 0.0, fail: 0.2, drop: 0.3, time_out: 0.3, revoke: 0.0 };
    let store = Arc::new(FaultyStore::new(MemoryStore::new(), plan));
    let model =
        Model::saying(|_| Ok(vec![add(1, "likes rooibos", "prefer")]), Duration::from_millis(1));
    for n in 0..10 {
        world
            .tell(vec![statement(&ada(), &format!("e{n}"), &format!("I like rooibos {n}."))])
            .await;
    }
    world.config.max_batch = 1;
    let faulty: Arc<dyn PreferenceStore> = Arc::<FaultyStore<MemoryStore>>::clone(&store);
    world.learn_into(faulty, Some(calls(&model, 8))).await;
    let failed = store.faults().fired(Fault::Drop) + store.faults().fired(Fault::TimeOut);
    assert!(failed > 3, "only {failed} faults: this proves nothing");
    assert_eq!(model.asked().len(), 10);
}

#[tokio::test]
async fn words_that_an_erasure_covers_or_that_had_their_effect_are_not_sent() {
    let world = World::new();
    let model = Model::saying(|_| Ok(Vec::new()), Duration::ZERO);
    let bob = user_of("acme", "bob");
    world.tell(vec![statement(&ada(), "a", "I prefer tea.")]).await;
    world.learn(Some(&model)).await;
    assert_eq!(model.asked().len(), 1);
    assert_eq!(model.asked()[0].tenant, tenant().as_str());
    world
        .tell(vec![
            statement(&bob, "a", "I prefer coffee."),
            statement(&bob, "b", "I dislike milk."),
            erase(&bob, "c"),
            // Late for the erasure, and after it.
            statement(&bob, "d", "I prefer milk tea."),
            in_context(statement(&bob, "e", "I prefer juice."), "", at(61)),
        ])
        .await;
    world.learn(Some(&model)).await;
    let asked = model.asked();
    let words: Vec<&str> =
        asked.iter().flat_map(|r| r.turns.iter().map(|t| t.user.as_str())).collect();
    assert_eq!(words, ["I prefer tea.", "I prefer juice."]);
}
