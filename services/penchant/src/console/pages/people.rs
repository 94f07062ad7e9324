//! Whom something is remembered about, and what.

use axum::Extension;
use axum::extract::{Query, State};
use maud::{Markup, html};
use penchant_proto::v1;
use serde::Deserialize;

use super::{Frame, Trouble, told};
use crate::console::words::{moment, path, scope, short};
use crate::console::{Console, Visitor};

/// Rows of a page.
const ROWS: u32 = 50;

/// The statuses to choose from, as they stand in an address, and what they are called.
const STATUSES: [(&str, &str); 5] = [
    ("active", "Current"),
    ("quarantined", "Held back"),
    ("superseded", "Superseded"),
    ("retracted", "Withdrawn"),
    ("expired", "Over"),
];

#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::console) struct Users {
    page: String,
    done: String,
    later: String,
}

pub(in crate::console) async fn users(
    State(console): State<Console>,
    Extension(visitor): Visitor,
    Query(asked): Query<Users>,
) -> Result<Markup, Trouble> {
    let Users { page, done, later } = asked;
    let first = page.is_empty();
    let request = v1::ListUsersRequest { page_size: Some(ROWS), page_token: page };
    let listed = console.calls.users(&visitor.tenant, request).await?;
    let frame =
        Frame { title: "Users", here: "/console/users", visitor: Some(&visitor), refresh: None };
    let next = path("/console/users", &[("page", &listed.next_page_token)]);
    let pages = Pages {
        shown: listed.user_ids.len(),
        total: listed.total_size,
        thing: "user",
        first: (!first).then(|| "/console/users".to_owned()),
        next: (!listed.next_page_token.is_empty()).then_some(next),
    };
    Ok(frame.around(html! {
        h1 { "Users" }
        (told(&done, &later))
        form.find method="get" action="/console/user" role="search" {
            label for="user" { "User id" }
            input #user name="user" required autocomplete="off" spellcheck="false";
            button { "Open" }
        }
        @if listed.user_ids.is_empty() {
            p { "Nothing is remembered about anybody yet." }
        } @else {
            ul.people {
                @for id in &listed.user_ids {
                    li { a href=(path("/console/user", &[("user", id)])) { (id) } }
                }
            }
        }
        (pages.told())
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::console) struct User {
    user: String,
    status: String,
    page: String,
}

pub(in crate::console) async fn user(
    State(console): State<Console>,
    Extension(visitor): Visitor,
    Query(asked): Query<User>,
) -> Result<Markup, Trouble> {
    let User { user, status, page } = asked;
    let first = page.is_empty();
    let request = v1::ListPreferencesRequest {
        user_id: user.clone(),
        statuses: statuses(&status)?,
        page_size: Some(ROWS),
        page_token: page,
    };
    let listed = console.calls.list(&visitor.tenant, request).await?;
    let frame =
        Frame { title: &user, here: "/console/users", visitor: Some(&visitor), refresh: None };
    let here =
        |page: &str| path("/console/user", &[("user", &user), ("status", &status), ("page", page)]);
    let pages = Pages {
        shown: listed.preferences.len(),
        total: listed.total_size,
        thing: "preference",
        first: (!first).then(|| here("")),
        next: (!listed.next_page_token.is_empty()).then(|| here(&listed.next_page_token)),
    };
    let choices = [("", "Current"), ("past", "Past"), ("all", "All")];
    let choices = choices.into_iter().chain(STATUSES.into_iter().skip(1));
    Ok(frame.around(html! {
        p.trail { a href="/console/users" { "Users" } }
        h1.id { (user) }
        nav.choices aria-label="Which" {
            @for (value, name) in choices {
                @let to = path("/console/user", &[("user", &user), ("status", value)]);
                a href=(to) aria-current=[(status == value).then_some("true")] { (name) }
            }
        }
        @if listed.preferences.is_empty() {
            p { "There is nothing here." }
        } @else {
            (table(&user, &listed.preferences))
        }
        (pages.told())
        (erasure(&user, &visitor.form_token))
    }))
}

/// The statuses that a choice stands for.
fn statuses(choice: &str) -> Result<Vec<i32>, Trouble> {
    let of = |name: &str| {
        v1::Status::from_str_name(&format!("STATUS_{}", name.to_ascii_uppercase())).map(i32::from)
    };
    let past = ["superseded", "retracted", "expired"];
    Ok(match choice {
        "" => of("active").into_iter().collect(),
        "all" => Vec::new(),
        "past" => past.into_iter().filter_map(of).collect(),
        one if STATUSES.iter().any(|(known, _)| *known == one) => of(one).into_iter().collect(),
        _ => return Err(Trouble::bad("There is no such status.")),
    })
}

fn table(user: &str, preferences: &[v1::Preference]) -> Markup {
    html! {
        table {
            thead { tr {
                th { "Preference" } th { "Where" } th.number { "Confidence" }
                th.number { "Events" } th { "Status" } th { "Last change" }
            } }
            tbody {
                @for one in preferences {
                    @let to = path("/console/preference", &[("user", user), ("id", &one.id)]);
                    @let events: u32 = one.support.iter().map(|support| support.count).sum();
                    tr {
                        td.lead { a href=(to) { (one.description) } }
                        td data-label="Where" { (scope(one.scope.as_ref())) }
                        td.number data-label="Confidence" { (format!("{:.2}", one.confidence)) }
                        td.number data-label="Events" { (events) }
                        td.status data-label="Status" { (status_of(one)) }
                        td.date data-label="Last change" { (moment(one.updated_at.as_ref())) }
                    }
                }
            }
        }
    }
}

/// A preference's status, as a badge.
pub(super) fn status_of(preference: &v1::Preference) -> Markup {
    let status = short(preference.status().as_str_name(), "STATUS_");
    let name = STATUSES.iter().find(|(known, _)| *known == status).map_or("", |(_, name)| *name);
    html! {
        span class={ "badge " (status) } { (name) }
        @if preference.pinned { " " span.badge { "Pinned" } }
    }
}

fn erasure(user: &str, form_token: &str) -> Markup {
    html! {
        details.danger {
            summary { "Erase this user" }
            p {
                "Everything that is remembered about " strong { (user) } ", and everything that the "
                "log holds of them, goes away for good. There is no way back."
            }
            form.stacked method="post" action="/console/erase" {
                input type="hidden" name="form_token" value=(form_token);
                input type="hidden" name="user" value=(user);
                label for="typed" { "Type the user's id to confirm" }
                input #typed name="typed" required autocomplete="off" spellcheck="false";
                button.danger { "Erase for good" }
            }
        }
    }
}

/// How much of a list is shown, and where the rest is.
struct Pages {
    shown: usize,
    total: u64,
    thing: &'static str,
    first: Option<String>,
    next: Option<String>,
}

impl Pages {
    fn told(&self) -> Markup {
        let plural = if self.total == 1 { "" } else { "s" };
        html! {
            p.pages {
                span { (self.shown) " of " (self.total) " " (self.thing) (plural) " on this page" }
                @if let Some(first) = &self.first { a href=(first) { "First page" } }
                @if let Some(next) = &self.next { a rel="next" href=(next) { "Next page" } }
            }
        }
    }
}
