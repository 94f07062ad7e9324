//! The pages. Whatever stands in a text is escaped where it is written (`maud` does so unless told
//! otherwise, and nothing here tells it otherwise).

mod letters;
mod overview;
mod people;
mod preference;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use maud::{DOCTYPE, Markup, html};

pub(super) use letters::dead_letters;
pub(super) use overview::overview;
pub(super) use people::{user, users};
pub(super) use preference::preference;

use super::words::go;
use super::{Console, session};
use crate::gateway::GatewayError;
use crate::http::Failure;

/// What stands around a page.
struct Frame<'a> {
    title: &'a str,
    /// The part of the console that it belongs to.
    here: &'static str,
    visitor: Option<&'a session::Visitor>,
    /// Loads itself anew every so many seconds. Never on a page with something to type.
    refresh: Option<u32>,
}

impl Frame<'_> {
    fn around(&self, content: Markup) -> Markup {
        let parts = [
            ("/console", "Overview"),
            ("/console/users", "Users"),
            ("/console/dead-letters", "Dead letters"),
        ];
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    @if let Some(seconds) = self.refresh {
                        meta http-equiv="refresh" content=(seconds);
                    }
                    title { (self.title) " · penchant" }
                    link rel="stylesheet" href="/console/style.css";
                }
                body {
                    @if let Some(visitor) = self.visitor {
                        header {
                            a.brand href="/console" { "penchant" }
                            nav aria-label="Console" {
                                @for (to, name) in parts {
                                    a href=(to) aria-current=[(self.here == to).then_some("page")] { (name) }
                                }
                            }
                            span.tenant title="Whose users these are" { (visitor.tenant) }
                            @if visitor.signed_in {
                                form method="post" action="/console/sign-out" {
                                    input type="hidden" name="form_token" value=(visitor.form_token);
                                    button.quiet { "Sign out" }
                                }
                            }
                        }
                    }
                    main { (content) }
                }
            }
        }
    }
}

/// What a decision has come to, in words; only known words are shown.
fn told(done: &str, later: &str) -> Markup {
    let what = |action: &str| match action {
        "confirm" => "confirmed",
        "retract" => "withdrawn",
        "restore" => "restored",
        "pin" => "pinned",
        "edit" => "reworded",
        "erase" => "erased",
        _ => "",
    };
    html! {
        @if !what(done).is_empty() {
            p.flash role="status" {
                "Done: " (what(done)) "."
                @if done == "erase" {
                    " The id stays listed: it stands on the mark that keeps anything from coming back."
                }
            }
        } @else if !what(later).is_empty() {
            p.flash role="status" {
                "Recorded, and soon " (what(later)) ": the learner has not come this far yet. "
                "Load the page anew in a moment."
            }
        }
    }
}

/// A page that says why there is none.
#[derive(Debug)]
pub(super) struct Trouble {
    status: StatusCode,
    words: String,
}

impl Trouble {
    pub(super) fn bad(words: &str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, words: words.to_owned() }
    }

    pub(super) fn foreign_form() -> Self {
        let words = "This form was not made by this page, or it is too old. Go back, load the \
                     page anew, and try again. Nothing was changed.";
        Self { status: StatusCode::FORBIDDEN, words: words.to_owned() }
    }

    pub(super) fn signed_out() -> Self {
        let words = "You are not signed in any more. Nothing was changed.";
        Self { status: StatusCode::UNAUTHORIZED, words: words.to_owned() }
    }
}

impl From<GatewayError> for Trouble {
    fn from(error: GatewayError) -> Self {
        let failure = Failure::from(error);
        let words = match failure.field() {
            Some(field) => format!("{field}: {}", failure.message()),
            None => failure.message().to_owned(),
        };
        Self { status: failure.status(), words }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let title = match self.status {
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::CONFLICT => "It has changed since",
            StatusCode::SERVICE_UNAVAILABLE => "Not ready",
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "Refused",
            status if status.is_client_error() => "That did not work",
            _ => "Something went wrong",
        };
        let frame = Frame { title, here: "", visitor: None, refresh: None };
        let content = html! {
            h1 { (title) }
            p { (self.words) }
            p { a href="/console" { "To the overview" } }
        };
        (self.status, frame.around(content)).into_response()
    }
}

/// Where a credential is given.
pub(super) async fn sign_in(State(console): State<Console>) -> Response {
    if console.sessions.ask_nobody() {
        return go("/console");
    }
    sign_in_form(&console.sessions.stranger(), false).into_response()
}

pub(super) fn sign_in_form(form_token: &str, refused: bool) -> Markup {
    let frame = Frame { title: "Sign in", here: "", visitor: None, refresh: None };
    frame.around(html! {
        section.narrow {
            h1 { "penchant" }
            p { "What is remembered about your users, and why." }
            @if refused { p.flash.bad role="alert" { "That is no valid token." } }
            form.stacked method="post" action="/console/sign-in" {
                input type="hidden" name="form_token" value=(form_token);
                label for="token" { "Token" }
                input #token type="password" name="token" required autocomplete="current-password";
                button { "Sign in" }
            }
            p.hint { "One of those whose digest stands in " code { "auth.tokens" } "." }
        }
    })
}
