//! How the service is.

use axum::Extension;
use axum::extract::State;
use maud::{Markup, html};
use penchant_proto::v1;

use super::{Frame, Trouble};
use crate::console::words::count;
use crate::console::{Console, Visitor};

/// Seconds until the overview looks again.
const REFRESH: u32 = 10;

pub(in crate::console) async fn overview(
    State(console): State<Console>,
    Extension(visitor): Visitor,
) -> Result<Markup, Trouble> {
    let status = console.calls.status().await;
    let asked = v1::ListUsersRequest { page_size: Some(1), ..Default::default() };
    // Not known while the store is away; the problems say why.
    let users = console.calls.users(&visitor.tenant, asked).await.ok().map(|page| page.total_size);
    let frame = Frame {
        title: "Overview",
        here: "/console",
        visitor: Some(&visitor),
        refresh: Some(REFRESH),
    };
    let learns = if status.ready { "ready" } else { "not ready" };
    Ok(frame.around(html! {
        h1 { "Overview" }
        @for problem in &status.problems { p.flash.bad role="alert" { (problem) } }
        @for warning in &status.warnings { p.flash.warn { (warning) } }
        dl.tiles {
            div { dt { "Service" } dd { (learns) } }
            div {
                dt { "Users" }
                dd { @match users { Some(users) => (users), None => "?" } }
            }
            div { dt { "Records to learn from" } dd { (status.lag) } }
            @if let Some(learner) = &status.learner {
                div { dt { "Learnt here" } dd { (count(learner.records, "record")) } }
            }
        }
        (learning(status.learner.as_ref()))
        (partitions(&status.partitions))
        h2 { "This process" }
        dl.facts {
            dt { "Version" } dd { (status.version) }
            dt { "Roles" } dd { (console.roles) }
            dt { "Log" } dd { (status.log) }
            dt { "Store" } dd { (status.store) }
            dt { "Embedder" }
            dd { (status.embedder) @if status.lexical_fallback { " (words, not meaning)" } }
            dt { "Language model" }
            dd { @if status.inferrer.is_empty() { "none" } @else { (status.inferrer) } }
            @if let Some(used) = &status.model_use {
                dt { "Its use" }
                dd {
                    (count(used.calls, "call")) ", " (format!("{:.1}", used.calls_per_100_messages))
                    " per 100 messages; " (used.failures) " failed, " (used.over_budget)
                    " over budget; circuit " (used.circuit)
                }
            }
        }
        p.hint { "This page looks again every " (REFRESH) " seconds. More at "
            a href="/metrics" { "/metrics" } "." }
    }))
}

fn learning(learner: Option<&v1::LearnerStatus>) -> Markup {
    html! {
        h2 { "Learner" }
        @match learner {
            None => p { "Runs in another process." },
            Some(learner) => {
                @let batches = learner.batches.max(1) as f64;
                @let lanes: Vec<String> = learner.lanes.iter().map(u32::to_string).collect();
                @if !learner.trouble.is_empty() { p.flash.bad role="alert" { (learner.trouble) } }
                dl.facts {
                    dt { "Partitions" }
                    dd { @if lanes.is_empty() { "none" } @else { (lanes.join(", ")) } }
                    dt { "Batches" }
                    dd {
                        @if learner.batches == 0 { "none yet" } @else {
                            (learner.batches) " of "
                            (format!("{:.1}", learner.records as f64 / batches))
                            " records on average, committed in "
                            (format!("{:.1}", 1_000.0 * learner.commit_seconds / batches))
                            " ms each"
                        }
                    }
                    dt { "Started anew" } dd { (count(learner.restarts, "time")) }
                }
            }
        }
    }
}

fn partitions(partitions: &[v1::PartitionStatus]) -> Markup {
    let most = partitions.iter().map(lag).max().unwrap_or(0).max(1);
    html! {
        @if !partitions.is_empty() {
            h2 { "Log" }
            table {
                thead { tr {
                    th { "Partition" } th.number { "In effect up to" } th.number { "End" }
                    th.number { "Waiting" } th { span.sr { "Share of the longest queue" } }
                } }
                tbody {
                    @for one in partitions {
                        tr {
                            td data-label="Partition" { (one.partition) }
                            td.number data-label="In effect up to" { (one.next_offset) }
                            td.number data-label="End" { (one.end_offset) }
                            td.number data-label="Waiting" { (lag(one)) }
                            td.bar { (bar(lag(one), most)) }
                        }
                    }
                }
            }
        }
    }
}

fn lag(one: &v1::PartitionStatus) -> u64 {
    one.end_offset.saturating_sub(one.next_offset)
}

/// A bar of `part` in `whole`.
fn bar(part: u64, whole: u64) -> Markup {
    let width = 100.0 * part as f64 / whole as f64;
    html! {
        svg viewBox="0 0 100 8" width="100" height="8" aria-hidden="true" {
            rect.track width="100" height="8" rx="2" {}
            rect.fill width=(format!("{width:.1}")) height="8" rx="2" {}
        }
    }
}
