//! Events on the wire: what goes in comes out, and what is wrong is named.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use penchant_core::event::{
    Action, Comparison, Directive, DirectiveAction, Edit, Feedback, Interaction, Item, Message,
    Role, Statement,
};
use penchant_core::{
    Context, Event, EventBody, EventId, PreferenceId, SessionId, TenantId, Timestamp, UserId,
    UserKey,
};
use penchant_proto::convert::event::{Defaults, decode};
use penchant_proto::v1;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

struct Fixed;

impl Defaults for Fixed {
    fn id(&mut self) -> EventId {
        EventId::try_new("made").unwrap()
    }
    fn occurred_at(&mut self) -> Timestamp {
        Timestamp::from_millis(7)
    }
}

fn tenant() -> TenantId {
    TenantId::try_new("acme").unwrap()
}

fn id() -> impl Strategy<Value = String> {
    "[A-Za-z0-9._:@+=~|/-]{1,128}"
}

fn attributes() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map(any::<String>(), any::<String>(), 0..4)
}

fn item() -> impl Strategy<Value = Item> {
    (any::<String>(), any::<String>(), attributes()).prop_map(|(id, text, attributes)| Item {
        id,
        text,
        attributes,
    })
}

fn action() -> impl Strategy<Value = Action> {
    proptest::sample::select(vec![
        Action::View,
        Action::Click,
        Action::Dwell,
        Action::Skip,
        Action::Like,
        Action::Dislike,
        Action::Save,
        Action::Share,
        Action::Purchase,
        Action::Copy,
        Action::Regenerate,
    ])
}

fn directive() -> impl Strategy<Value = DirectiveAction> {
    prop_oneof![
        Just(DirectiveAction::Confirm),
        any::<String>().prop_map(DirectiveAction::Edit),
        Just(DirectiveAction::Retract),
        Just(DirectiveAction::Restore),
        Just(DirectiveAction::Pin),
    ]
}

fn body() -> impl Strategy<Value = EventBody> {
    let role = prop_oneof![Just(Role::User), Just(Role::Assistant)];
    prop_oneof![
        (role, any::<String>(), option::of(any::<String>())).prop_map(|(role, text, reply_to)| {
            EventBody::Message(Message { role, text, reply_to })
        }),
        any::<(String, String)>()
            .prop_map(|(draft, revised)| EventBody::Edit(Edit { draft, revised })),
        any::<String>().prop_map(|text| EventBody::Statement(Statement { text })),
        (any::<String>(), -1.0_f32..=1.0, any::<String>()).prop_map(|(target, rating, comment)| {
            EventBody::Feedback(Feedback { target, rating, comment })
        }),
        (vec(item(), 1..3), vec(item(), 1..3), any::<String>(), 0.1_f32..=1.0).prop_map(
            |(chosen, rejected, rationale, strength)| {
                EventBody::Comparison(Comparison { chosen, rejected, rationale, strength })
            }
        ),
        (item(), action(), any::<u64>(), any::<u32>()).prop_map(
            |(item, action, dwell_ms, list_position)| {
                EventBody::Interaction(Interaction { item, action, dwell_ms, list_position })
            }
        ),
        (id(), directive(), any::<u64>()).prop_map(|(preference, action, expected_version)| {
            EventBody::Directive(Directive {
                preference: PreferenceId::try_new(preference).unwrap(),
                action,
                expected_version,
            })
        }),
        Just(EventBody::Erase),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let context = (any::<String>(), any::<String>(), attributes())
        .prop_map(|(text, task, attributes)| Context { text, task, attributes });
    // Years 1 to 9999, in milliseconds.
    let time = -62_135_596_800_000_i64..253_402_300_800_000;
    (id(), id(), option::of(id()), time, any::<bool>(), context, body()).prop_map(
        |(event, user, session, time, imported, context, body)| Event {
            id: EventId::try_new(event).unwrap(),
            user: UserKey::new(tenant(), UserId::try_new(user).unwrap()),
            session: session.map(|text| SessionId::try_new(text).unwrap()),
            occurred_at: Timestamp::from_millis(time),
            imported,
            context,
            body,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_event_survives_protobuf_and_json(event in event()) {
        let wire = v1::Event::from(&event);
        let bytes = prost::Message::encode_to_vec(&wire);
        let from_bytes: v1::Event = prost::Message::decode(bytes.as_slice()).unwrap();
        prop_assert_eq!(&decode(from_bytes, &tenant(), &mut Fixed).unwrap(), &event);

        let json = serde_json::to_string(&wire).unwrap();
        let from_json: v1::Event = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&decode(from_json, &tenant(), &mut Fixed).unwrap(), &event);
    }
}

fn parse(json: &str) -> Result<Event, String> {
    let wire: v1::Event = serde_json::from_str(json).map_err(|error| error.to_string())?;
    decode(wire, &tenant(), &mut Fixed).map_err(|error| error.to_string())
}

#[test]
fn a_minimal_event_gets_an_id_and_a_time() {
    let event = parse(r#"{"user_id": "ada", "statement": {"text": "no emoji please"}}"#).unwrap();
    assert_eq!(event.id.as_str(), "made");
    assert_eq!(event.occurred_at, Timestamp::from_millis(7));
    assert_eq!(event.user, UserKey::new(tenant(), UserId::try_new("ada").unwrap()));
    assert_eq!((event.session, event.imported), (None, false));
}

#[test]
fn the_json_shape_is_the_documented_one() {
    let json = r#"{
        "id": "e-1", "user_id": "ada", "session_id": "s-1",
        "occurred_at": "2026-06-01T12:00:00.250Z", "imported": true,
        "context": {"text": "Dear team", "task": "email", "attributes": {"channel": "slack"}},
        "comparison": {
            "chosen": [{"id": "a", "attributes": {"genre": "jazz"}}],
            "rejected": [{"text": "pop"}],
            "rationale": "calmer"
        }
    }"#;
    let event = parse(json).unwrap();
    assert_eq!(event.occurred_at.to_string(), "2026-06-01T12:00:00.25Z");
    let EventBody::Comparison(comparison) = &event.body else { panic!("{:?}", event.body) };
    assert_eq!(comparison.strength, 1.0, "an unsaid strength is full");
    assert_eq!(comparison.chosen[0].attributes["genre"], "jazz");

    // camelCase, as other proto3 JSON writers send it, is the same field.
    let camel = parse(r#"{"userId": "ada", "edit": {"draft": "a", "revised": "b"}}"#).unwrap();
    assert_eq!(camel.body.kind(), "edit");
}

#[test]
fn what_is_wrong_is_named() {
    for (json, names) in [
        (r#"{"statement": {"text": "x"}}"#, "user_id: must not be empty"),
        (r#"{"user_id": "a\u200bb", "statement": {"text": "x"}}"#, "user_id: holds"),
        (r#"{"user_id": "ada"}"#, "body: one of message"),
        (r#"{"user_id": "ada", "id": "a b", "erase": {}}"#, "id: holds ' '"),
        (r#"{"user_id": "ada", "session_id": "ä", "erase": {}}"#, "session_id: holds"),
        (r#"{"user_id": "ada", "message": {"text": "x"}}"#, "message.role: must be given"),
        (r#"{"user_id": "ada", "interaction": {"item": {"id": "x"}}}"#, "interaction.action"),
        (r#"{"user_id": "ada", "interaction": {"action": "ACTION_LIKE"}}"#, "interaction.item"),
        (
            r#"{"user_id": "ada", "directive": {"action": "DIRECTIVE_ACTION_PIN"}}"#,
            "directive.preference_id: must not be empty",
        ),
        (
            r#"{"user_id": "ada", "directive":
                {"preference_id": "p", "action": "DIRECTIVE_ACTION_PIN", "description": "x"}}"#,
            "directive.description",
        ),
        (r#"{"user_id": "ada", "tenant": "other", "erase": {}}"#, "unknown field `tenant`"),
        (r#"{"user_id": "ada", "erase": {}, "statement": {"text": "x"}}"#, "statement"),
        (
            r#"{"user_id": "ada", "interaction": {"item": {}, "action": "ACTION_STEAL"}}"#,
            "unknown variant `ACTION_STEAL`",
        ),
    ] {
        let error = parse(json).unwrap_err();
        assert!(error.contains(names), "{json}\n  says {error:?}\n  not {names:?}");
    }
}

#[test]
fn enum_numbers_of_a_later_version_are_refused() {
    let message = v1::Message { role: 99, text: "x".to_owned(), reply_to: None };
    let wire = v1::Event {
        user_id: "ada".to_owned(),
        body: Some(v1::event::Body::Message(message)),
        ..Default::default()
    };
    let error = decode(wire, &tenant(), &mut Fixed).unwrap_err();
    assert_eq!(error.to_string(), "message.role: has no value number 99");
}
