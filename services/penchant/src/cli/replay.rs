//! `penchant replay`: the store built anew from the log, while the old one serves.

use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::ConfigArgs;
use crate::replay::{Options, Replay as Rebuild, Report, Step};

/// Exit code when the rebuilt generation differs and the switch was therefore not made.
const EXIT_DIFFERS: u8 = 3;
/// Without a terminal, progress is said at most this often, or each tenth of the way.
const SAY: Duration = Duration::from_secs(30);

/// Rebuild the store from the log into a new generation, compare, and switch to it.
///
/// The service goes on meanwhile: the old generation serves and learns until the switch, which
/// needs no restart. Erasures are applied first. A run that was interrupted goes on where it stood
/// when the same command is given again. Users whose rebuilt memory differs are named and keep the
/// switch from being made (exit code 3); the new generation stays, and --accept-differences
/// switches to it: the normal case once rules of learning, settings of memory, or the embedding
/// model have changed. With another embedding model, stop the service before that: it refuses
/// vectors of a model that is not its own.
///
/// No language model is called: what one had proposed is taken from the old generation.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Replay {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    config: ConfigArgs,
    /// Begin anew even if an earlier run left a generation half built
    #[arg(long)]
    from_start: bool,
    /// Switch even if memories differ
    #[arg(long)]
    accept_differences: bool,
    /// Remove the generation that served before, once the new one serves
    #[arg(long)]
    discard_old: bool,
    /// Name at most this many users that differ
    #[arg(long, value_name = "USERS", default_value_t = 20)]
    show: usize,
    /// As one JSON object, without progress
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the generations: which one serves, and how far each reflects the log
    List(List),
    /// Serve from an earlier generation again; learners go on from where it stands
    Switch(Number),
    /// Remove a generation that does not serve, with all it holds
    Discard(Number),
}

/// Options of `list`.
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    config: ConfigArgs,
    /// As one JSON object
    #[arg(long)]
    json: bool,
}

/// Options of `switch` and `discard`.
#[derive(Debug, Args)]
struct Number {
    #[command(flatten)]
    config: ConfigArgs,
    /// Which, as `list` names it
    number: u64,
}

impl Replay {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        match self.action {
            Some(Action::List(ref list)) => list.execute().await,
            Some(Action::Switch(ref which)) => {
                let rebuild = Rebuild::open(&which.config.load(Vec::new())?).await?;
                let before = rebuild.switch_back(which.number).await?;
                println!("generation {} serves instead of {before}", which.number);
                Ok(ExitCode::SUCCESS)
            }
            Some(Action::Discard(ref which)) => {
                let rebuild = Rebuild::open(&which.config.load(Vec::new())?).await?;
                rebuild.discard(which.number).await?;
                println!("generation {} is removed", which.number);
                Ok(ExitCode::SUCCESS)
            }
            None => self.rebuild().await,
        }
    }

    async fn rebuild(self) -> Result<ExitCode> {
        let rebuild = Rebuild::open(&self.config.load(Vec::new())?).await?;
        let progress = Progress::new(self.json)?;
        rebuild.warnings().iter().for_each(|warning| progress.say(&format!("warning: {warning}")));
        let options = Options {
            from_start: self.from_start,
            accept_differences: self.accept_differences,
            discard_old: self.discard_old,
            shown: self.show,
        };
        let outcome = rebuild.run(options, &|step| progress.take(step)).await;
        progress.bar.finish_and_clear();
        let report = outcome?;
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            summary(&report).iter().for_each(|line| println!("{line}"));
        }
        Ok(if report.switched { ExitCode::SUCCESS } else { ExitCode::from(EXIT_DIFFERS) })
    }
}

impl List {
    async fn execute(&self) -> Result<ExitCode> {
        let rebuild = Rebuild::open(&self.config.load(Vec::new())?).await?;
        let (all, end) = rebuild.list().await?;
        if self.json {
            println!("{}", json!({ "generations": all, "log_end": end }));
            return Ok(ExitCode::SUCCESS);
        }
        for one in all {
            let serves = if one.serving { "serves, " } else { "" };
            println!("{:<6} {serves}reflects {} of {end} offsets", one.number, one.reflects);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn summary(report: &Report) -> Vec<String> {
    let Report { generation, previous, .. } = report;
    let mut lines = vec![format!(
        "generation {generation}: {} records{} of {} users in {:.1} s",
        report.records,
        match report.records_before {
            0 => String::new(),
            before => format!(" ({before} learnt before)"),
        },
        report.users,
        report.seconds,
    )];
    if report.erased_users > 0 {
        lines.push(format!(
            "erased: {} users; {} of their records were left out",
            report.erased_users, report.erased_records
        ));
    }
    lines.push(format!("memories: {} equal, {} different", report.equal, report.different));
    if report.pending > 0 {
        lines.push(format!("not compared: {} users who are just being erased", report.pending));
    }
    for user in &report.differences {
        lines.push(format!("different: {}/{}", user.tenant, user.user));
        lines.extend(user.differences.iter().map(|difference| format!("  {difference}")));
    }
    let hidden = report.different.saturating_sub(report.differences.len() as u64);
    if hidden > 0 {
        lines.push(format!("and {hidden} more users that differ (--show)"));
    }
    lines.push(match (report.switched, report.discarded) {
        (true, false) => format!(
            "generation {generation} serves; {previous} is kept: `penchant replay switch \
             {previous}` goes back, `penchant replay discard {previous}` removes it"
        ),
        (true, true) => format!("generation {generation} serves; {previous} is removed"),
        (false, _) => format!(
            "not switched: generation {previous} serves on. `penchant replay \
             --accept-differences` switches to {generation}, `penchant replay discard \
             {generation}` gives it up"
        ),
    });
    lines
}

/// A bar on a terminal, plain lines elsewhere, nothing at all beside JSON.
struct Progress {
    bar: ProgressBar,
    lines: bool,
    said: Mutex<Said>,
}

/// What was last said in plain lines.
struct Said {
    what: &'static str,
    tenth: u64,
    at: Instant,
}

impl Progress {
    fn new(json: bool) -> Result<Self> {
        let bar = if json { ProgressBar::hidden() } else { ProgressBar::no_length() };
        bar.set_style(ProgressStyle::with_template("{msg}")?);
        let said = Mutex::new(Said { what: "", tenth: 0, at: Instant::now() });
        Ok(Self { lines: bar.is_hidden() && !json, bar, said })
    }

    fn say(&self, line: &str) {
        if self.lines {
            eprintln!("{line}");
        } else {
            self.bar.println(line);
        }
    }

    fn take(&self, step: Step) {
        match step {
            Step::Building { number, serving, resumed } => {
                let what = if resumed { "going on with" } else { "building" };
                self.say(&format!("{what} generation {number} while {serving} serves"));
            }
            Step::Reading { records } => {
                self.show("reading", "records read for users and erasures", records, None, "");
            }
            Step::Learning { done, total, users, trouble } => {
                let mut note = format!(", {users} users");
                if let Some(trouble) = trouble {
                    note.push_str(&format!("; waiting: {trouble}"));
                }
                self.show("learning", "records learnt", done, Some(total), &note);
            }
            Step::Comparing { done, total } => {
                self.show("comparing", "users compared", done, Some(total), "");
            }
            Step::Switched => self.say("switched"),
        }
    }

    fn show(
        &self,
        phase: &'static str,
        what: &'static str,
        done: u64,
        total: Option<u64>,
        note: &str,
    ) {
        // Held only to compare and to replace.
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = said.what != phase;
        if begins {
            self.bar.reset();
            if let Ok(style) = ProgressStyle::with_template(match total {
                Some(_) => "{bar:40} {pos}/{len} {msg}, {per_sec}, {eta} left",
                None => "{spinner} {pos} {msg}, {per_sec}",
            }) {
                self.bar.set_style(style);
            }
        }
        if let Some(total) = total {
            self.bar.set_length(total);
        }
        self.bar.set_position(done);
        self.bar.set_message(format!("{what}{note}"));
        let tenth = total.map_or(0, |total| (10 * done).checked_div(total).unwrap_or(10));
        if begins || tenth > said.tenth || said.at.elapsed() >= SAY {
            *said = Said { what: phase, tenth, at: Instant::now() };
            if self.lines {
                let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
                eprintln!("{done}{of} {what}{note}");
            }
        }
    }
}
