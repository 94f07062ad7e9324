//! A seeded stream of events in which losses and doubles show in the memory: each user's clicks
//! and statements are counted there.

use std::collections::BTreeMap;

use penchant_proto::v1;
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;

const GENRES: [&str; 5] = ["jazz", "folk", "techno", "opera", "dub"];
const SUBJECTS: [&str; 6] =
    ["short answers", "metric units", "window seats", "oat milk", "dark themes", "early meetings"];

/// The `number`th event of one of `users` users.
pub fn event(rng: &mut ChaCha8Rng, number: usize, users: usize) -> v1::Event {
    let user_id = format!("user-{}", rng.random_range(0..users));
    let body = match rng.random_range(0..10) {
        0 => v1::event::Body::Statement(v1::Statement {
            text: format!("I prefer {}.", SUBJECTS[rng.random_range(0..SUBJECTS.len())]),
        }),
        1 => v1::event::Body::Edit(v1::Edit {
            draft: format!("Here is item {number}. It has been considered at some length today."),
            revised: format!("- item {number}\n- considered"),
        }),
        _ => v1::event::Body::Interaction(v1::Interaction {
            item: Some(v1::Item {
                id: format!("item-{number}"),
                text: String::new(),
                attributes: BTreeMap::from([(
                    "genre".to_owned(),
                    GENRES[rng.random_range(0..GENRES.len())].to_owned(),
                )]),
            }),
            action: v1::Action::Like.into(),
            dwell_ms: 0,
            list_position: 0,
        }),
    };
    v1::Event { id: format!("event-{number}"), user_id, body: Some(body), ..v1::Event::default() }
}
