//! What could not become an event.

use axum::Extension;
use axum::extract::State;
use maud::{Markup, html};

use super::{Frame, Trouble};
use crate::console::{Console, Visitor};

/// Most records looked through.
const MOST: usize = 200;

pub(in crate::console) async fn dead_letters(
    State(console): State<Console>,
    Extension(visitor): Visitor,
) -> Result<Markup, Trouble> {
    // Where there are several tenants, each sees its own only (INV-6).
    let only = (!visitor.alone).then_some(&visitor.tenant);
    let letters = console.gateway.dead_letters(only, MOST).await?;
    let frame = Frame {
        title: "Dead letters",
        here: "/console/dead-letters",
        visitor: Some(&visitor),
        refresh: None,
    };
    Ok(frame.around(html! {
        h1 { "Dead letters" }
        p {
            "Records that could not become an event. Nothing of them is lost: "
            code { "penchant dead-letters show" } " tells one whole, and "
            code { "redrive" } " puts it on the log again."
        }
        @if letters.items.is_empty() {
            p { "There are none." }
        } @else {
            table {
                thead { tr {
                    th { "Position" } th { "When" } th { "Reason" } th { "What is wrong" }
                    th.number { "Bytes" }
                } }
                tbody {
                    @for letter in &letters.items {
                        tr {
                            td.id.lead { (letter.position) }
                            td.date data-label="When" {
                                (letter.at.to_string().chars().take(16).collect::<String>().replace('T', " "))
                            }
                            td data-label="Reason" { (letter.reason) }
                            td data-label="What is wrong" { (letter.detail) }
                            td.number data-label="Bytes" {
                                @match letter.bytes { Some(bytes) => (bytes), None => "–" }
                            }
                        }
                    }
                }
            }
        }
        p.pages {
            span {
                (letters.items.len()) " shown"
                @if letters.truncated {
                    "; there are more than the " (MOST) " looked through: "
                    code { "penchant dead-letters list" } " tells all"
                }
            }
        }
        @if only.is_some() {
            p.hint { "Only those whose key names your tenant; a key that cannot be read names none." }
        }
    }))
}
