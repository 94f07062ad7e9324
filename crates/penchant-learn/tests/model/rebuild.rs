//! INV-1: what a model had a part in is rebuilt from what was recorded.

use std::time::Duration;

use penchant_core::Status;
use penchant_core::event::{EventBody, Message, Role};
use penchant_ports::ProposalOperation;
use penchant_testkit::builders::{at, erase, event, message, statement, user_of};

use crate::world::{Model, World, ada, add, in_context, number, script};

/// Says something about everything: adds, finer words, changes of mind, withdrawals, and things
/// that come to nothing.
fn talkative() -> std::sync::Arc<Model> {
    let lines = script(vec![
        ("guided tours", |turn, _| add(turn, "dislikes guided tours", "avoid")),
        ("gym workouts in", |turn, _| add(turn, "prefers gym workouts", "prefer")),
        ("switched", |turn, request| ProposalOperation::Supersede {
            turn,
            number: number(request, "prefers gym workouts"),
            description: "prefers swimming".to_owned(),
            polarity: "prefer".to_owned(),
        }),
        ("green tea", |turn, request| ProposalOperation::Refine {
            turn,
            number: number(request, "likes tea"),
            description: "likes green tea".to_owned(),
        }),
        ("two pages", |turn, _| add(turn, "prefers short answers", "prefer")),
        ("Forget the tours", |turn, request| ProposalOperation::Retract {
            turn,
            number: number(request, "dislikes guided tours"),
        }),
        ("What a day", |_, _| ProposalOperation::Keep),
    ]);
    Model::saying(lines, Duration::from_millis(5))
}

fn story() -> Vec<penchant_core::Event> {
    let ada = ada();
    let said = |id: &str, text: &str, minute: i64| {
        in_context(message(&ada, id, text), &format!("planning {id}"), at(minute))
    };
    let reply = Message {
        role: Role::Assistant,
        text: "Here is a long answer of two pages about guided tours.".repeat(40),
        reply_to: None,
    };
    let mut story = vec![
        said("a", "I can't stand guided tours. What about lunch?", 1),
        said("b", "I prefer gym workouts in the morning.", 2),
        statement(&user_of("acme", "bob"), "a", "I prefer long answers."),
        in_context(statement(&ada, "c", "I like tea."), "breakfast", at(3)),
        said("d", "I have switched from gym workouts to swimming.", 4),
        said("e", "I prefer green tea.", 5),
        statement(&ada, "f", "I prefer long answers."),
        event(&ada, "g", EventBody::Message(reply)),
        // Concluded, but the user has said the opposite: nothing may come of it.
        said("h", "That's wrong, two pages again and again!", 7),
        said("i", "What a day. Please always say hello first.", 8),
        said("j", "Forget the tours thing.", 9),
        said("j", "Forget the tours thing.", 9),
    ];
    // A task would join the descriptions; these wishes belong to none.
    story.iter_mut().for_each(|event| event.context.task.clear());
    story
}

#[tokio::test]
async fn what_a_model_proposed_is_rebuilt_without_asking_anybody() {
    let world = World::new();
    let model = talkative();
    // One by one, so that each is asked about with what the ones before it have taught.
    for event in story() {
        world.tell(vec![event]).await;
        world.learn(Some(&model)).await;
    }
    let learnt = world.memory(&ada()).await;
    let current = world.current(&ada()).await;
    for held in ["prefers swimming", "likes green tea"] {
        assert!(current.iter().any(|found| found == held), "{held} in {current:?}");
    }
    assert!(learnt.preferences.iter().all(|p| !p.content.is_empty()), "amended, not embedded");
    let closed = |description: &str, status: Status| {
        learnt.preferences.iter().any(|p| p.description == description && p.status == status)
    };
    assert!(closed("dislikes guided tours", Status::Retracted), "{:?}", learnt.preferences);
    assert!(closed("prefers gym workouts", Status::Superseded), "{:?}", learnt.preferences);
    let recorded = world.recorded(&ada()).await;
    assert!(recorded.len() >= 5, "{recorded:?}");

    // `rebuilt` has no model at all, and batches of another size.
    let calls = model.asked().len();
    let rebuilt = world.rebuilt().await;
    assert_eq!(model.asked().len(), calls);
    assert_eq!(rebuilt.memory(&ada()).await, learnt);
    assert_eq!(rebuilt.recorded(&ada()).await, recorded);

    // And again, from what the rebuilt store recorded.
    assert_eq!(rebuilt.rebuilt().await.memory(&ada()).await, learnt);
}

#[tokio::test]
async fn a_rebuild_without_the_record_would_not_be_the_same() {
    let world = World::new();
    for event in story() {
        world.tell(vec![event]).await;
        world.learn(Some(&talkative())).await;
    }
    let other = World { store: Default::default(), ..World::new() };
    other.tell(story()).await;
    other.learn(None).await;
    assert_ne!(other.memory(&ada()).await, world.memory(&ada()).await);
}

#[tokio::test]
async fn a_proposal_that_no_revision_records_has_no_effect_at_all() {
    let tell = |world: World| async move {
        let reply = Message {
            role: Role::Assistant,
            text: "Here are two pages about tides.".to_owned(),
            reply_to: None,
        };
        let complaint = "That's wrong, two pages again and again!";
        let complaint = in_context(message(&ada(), "c", complaint), "a report", at(9));
        let events = vec![
            statement(&ada(), "a", "I prefer long answers."),
            event(&ada(), "b", EventBody::Message(reply)),
            complaint,
        ];
        world.tell(events).await;
        world
    };
    let with = tell(World::new()).await;
    let model = talkative();
    with.learn(Some(&model)).await;
    let asked = model.asked();
    let shown = asked.iter().flat_map(|request| &request.turns);
    assert!(shown.last().is_some_and(|turn| turn.user.contains("two pages")), "{asked:?}");
    let without = tell(World::new()).await;
    without.learn(None).await;
    assert_eq!(with.memory(&ada()).await, without.memory(&ada()).await);
}

#[tokio::test]
async fn an_erasure_that_comes_late_takes_nothing_that_the_memory_keeps() {
    let world = World::new();
    let late = |id: &str, minute: i64| penchant_core::Event {
        imported: true,
        occurred_at: at(minute),
        ..erase(&ada(), id)
    };
    let said = |id: &str, text: &str, minute: i64| penchant_core::Event {
        imported: true,
        occurred_at: at(minute),
        ..statement(&ada(), id, text)
    };
    world.tell(vec![said("a", "I prefer tea.", 1), late("b", 5)]).await;
    // What an app sends again, or a device that was away: it erases what is erased already.
    world.tell(vec![said("c", "I prefer aisle seats.", 6), late("d", 3)]).await;
    world.learn(None).await;
    let current = world.current(&ada()).await;
    assert!(current.len() == 1 && current[0].contains("aisle seats"), "{current:?}");
    assert_eq!(world.rebuilt().await.memory(&ada()).await, world.memory(&ada()).await);
}
