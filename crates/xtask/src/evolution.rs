//! How well memories follow changing users, measured quickly: readers, fold and retrieval in
//! process, without log or service. `penchant eval evolution` measures the same through them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use penchant_core::event::{Message, Role};
use penchant_core::{
    CheckpointDelta, Context, Event, EventBody, EventId, Partition, Position, SessionId, TenantId,
    Timestamp, UserCommit, UserId, UserKey, UserState, Vector,
};
use penchant_embed::{Choice, DEFAULT_CACHE_BYTES};
use penchant_learn::fold::{self, Cause, FoldConfig};
use penchant_learn::lane::Readers;
use penchant_learn::reading::Surroundings;
use penchant_ports::memory::MemoryStore;
use penchant_ports::{CommitBatch, Embedder, PreferenceStore, SystemClock};
use penchant_retrieve::{RetrieveQuery, Retrieved, Retriever};
use serde::Deserialize;

/// From this cosine on, a returned preference counts as one of the labelled ones.
const ASSIGNED: f32 = 0.5;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The scenarios, one a line.
    file: PathBuf,
    /// Shows what went wrong in each failed check.
    #[arg(long)]
    errors: bool,
    /// Only the scenario with this id.
    #[arg(long)]
    only: Option<String>,
    /// Where the model files are.
    #[arg(long)]
    model: Option<PathBuf>,
}

/// A user's chat over months, with questions about what should be known.
#[derive(Deserialize)]
struct Scenario {
    id: String,
    theme: String,
    turns: Vec<Turn>,
    checks: Vec<Check>,
}

/// One message.
#[derive(Deserialize)]
struct Turn {
    t: String,
    #[serde(default)]
    session: Option<String>,
    role: String,
    text: String,
    #[serde(default)]
    context: Option<String>,
}

/// One question, and what should and should not be served for it.
#[derive(Deserialize)]
struct Check {
    after_turn: usize,
    t: String,
    query: String,
    active: Vec<String>,
    not_active: Vec<String>,
    #[serde(default)]
    not_active_reason: Vec<String>,
}

#[derive(Default)]
struct Tally {
    checks: usize,
    passed: usize,
    active: usize,
    met: usize,
    not_active: usize,
    violated: usize,
}

/// Runs all scenarios and prints a table.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let dir = arguments.model.clone().unwrap_or_else(penchant_embed::model::default_dir);
    let opened = penchant_embed::open(&Choice::Auto, &dir, DEFAULT_CACHE_BYTES)?;
    if let Some(warning) = &opened.warning {
        println!("warning: {warning}");
    }
    println!("embedder: {}", opened.embedder.info().model);
    let scenarios = read(&arguments.file)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut all = Tally::default();
        let mut themes: BTreeMap<String, Tally> = BTreeMap::new();
        let mut reasons: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for scenario in &scenarios {
            if arguments.only.as_ref().is_some_and(|only| *only != scenario.id) {
                continue;
            }
            let theme = themes.entry(scenario.theme.clone()).or_default();
            let user = Simulated::new(&scenario.id, opened.embedder.clone())?;
            user.live(scenario, arguments.errors, &mut [&mut all, theme], &mut reasons).await?;
        }
        print(&all, &themes, &reasons);
        Ok(())
    })
}

fn read(file: &Path) -> Result<Vec<Scenario>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).context("a line is not a scenario"))
        .collect()
}

/// A user whose memory is in process.
struct Simulated {
    user: UserKey,
    embedder: Arc<dyn Embedder>,
    store: Arc<MemoryStore>,
    retriever: Retriever,
    readers: Readers,
    config: FoldConfig,
}

impl Simulated {
    fn new(id: &str, embedder: Arc<dyn Embedder>) -> Result<Self> {
        let store = Arc::new(MemoryStore::new());
        let reader = store.clone();
        Ok(Self {
            user: UserKey::new(TenantId::try_new("eval")?, UserId::try_new(id)?),
            retriever: Retriever::new(reader, embedder.clone(), Arc::new(SystemClock)),
            embedder,
            store,
            readers: Readers::default(),
            config: FoldConfig::default(),
        })
    }

    async fn live(
        &self,
        scenario: &Scenario,
        errors: bool,
        tallies: &mut [&mut Tally; 2],
        reasons: &mut BTreeMap<String, (usize, usize)>,
    ) -> Result<()> {
        let epoch = self.store.fence(Partition(0)).await?;
        let mut learnt: Vec<String> = Vec::new();
        for (at, turn) in scenario.turns.iter().enumerate() {
            learnt.extend(self.learn(at, turn, epoch).await?);
            for check in scenario.checks.iter().filter(|c| c.after_turn == at) {
                let found = self.ask(check).await?;
                let outcome = self.judge(check, &found, tallies, reasons).await?;
                if errors && !outcome.is_empty() {
                    println!("\n{} ({}) {}", scenario.id, scenario.theme, check.query);
                    for line in &learnt {
                        println!("    {line}");
                    }
                    for line in &outcome {
                        println!("  {line}");
                    }
                }
            }
        }
        Ok(())
    }

    async fn learn(&self, at: usize, turn: &Turn, epoch: u64) -> Result<Vec<String>> {
        let moment = Timestamp::parse(&turn.t).map_err(anyhow::Error::msg)?;
        let role = match turn.role.as_str() {
            "user" => Role::User,
            "assistant" => Role::Assistant,
            other => bail!("unknown role {other}"),
        };
        let event = Event {
            id: EventId::try_new(format!("e{at}"))?,
            user: self.user.clone(),
            session: turn.session.as_deref().map(SessionId::try_new).transpose()?,
            occurred_at: moment,
            imported: true,
            context: Context {
                task: turn.context.clone().unwrap_or_default(),
                ..Context::default()
            },
            body: EventBody::Message(Message { role, text: turn.text.clone(), reply_to: None }),
        };
        let mut state: UserState =
            self.store.load(std::slice::from_ref(&self.user)).await?.pop().unwrap_or_default();
        let base_revision = state.head.revision;
        let reply = state.head.last_reply.as_ref().filter(|r| r.session == event.session);
        let around = Surroundings { reply_to: reply.map(|r| r.text.clone()).unwrap_or_default() };
        let reading = self.readers.read(&event, &around, &*self.embedder).await?;
        let position = Position::new(0, at as u64);
        let cause = Cause { event: &event, position, at: moment };
        let outcome = fold::apply(&mut state, &cause, &reading, &self.config);
        let mut lines = vec![format!("[{at}] {} | {}", turn.t.get(..10).unwrap_or(""), turn.text)];
        lines.extend(reading.claims.iter().map(|c| {
            format!(
                "      read {:?} {:?} “{}” replaces “{}”",
                c.polarity, c.scope, c.description, c.replaces
            )
        }));
        lines.extend(
            reading
                .withdrawals
                .iter()
                .map(|w| format!("      withdraws “{}” in “{}”", w.text, w.occasion)),
        );
        lines.extend(outcome.revisions.iter().map(|r| {
            format!("      {} {} “{}” ({})", r.kind.as_str(), r.preference, r.description, r.reason)
        }));
        let checkpoint =
            CheckpointDelta { partition: Partition(0), next_offset: position.next_offset() };
        state.head.revision = base_revision + 1;
        state.head.epoch = epoch;
        state.head.checkpoint.advance(checkpoint)?;
        let commit = UserCommit {
            user: self.user.clone(),
            base_revision,
            head: state.head,
            preferences: outcome.changed.into_values().collect(),
            revisions: outcome.revisions,
            erase: outcome.erase,
        };
        self.store.commit(CommitBatch { epoch, checkpoint, users: vec![commit] }).await?;
        Ok(lines)
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>> {
        Ok(if texts.is_empty() { Vec::new() } else { self.embedder.embed(texts).await? })
    }

    fn query(&self, check: &Check) -> Result<RetrieveQuery> {
        let context = Context { text: check.query.clone(), ..Context::default() };
        let now = Timestamp::parse(&check.t).map_err(anyhow::Error::msg)?;
        Ok(RetrieveQuery { now: Some(now), ..RetrieveQuery::new(self.user.clone(), context) })
    }

    async fn ask(&self, check: &Check) -> Result<Retrieved> {
        Ok(self.retriever.retrieve(&self.query(check)?).await?)
    }

    /// Assigns what was returned to the labels; the lines say what went wrong.
    async fn judge(
        &self,
        check: &Check,
        found: &Retrieved,
        tallies: &mut [&mut Tally; 2],
        reasons: &mut BTreeMap<String, (usize, usize)>,
    ) -> Result<Vec<String>> {
        let labels: Vec<String> = check.active.iter().chain(&check.not_active).cloned().collect();
        let gold = self.embed(&labels).await?;
        let texts: Vec<String> =
            found.served.iter().map(|s| s.neighbour.preference.description.clone()).collect();
        let served = self.embed(&texts).await?;
        let mut hit = vec![false; labels.len()];
        let mut lines = Vec::new();
        for (text, vector) in texts.iter().zip(&served) {
            let best = gold
                .iter()
                .enumerate()
                .map(|(n, g)| (n, g.cosine(vector)))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((n, cosine)) = best {
                if cosine >= ASSIGNED
                    && let Some(mark) = hit.get_mut(n)
                {
                    *mark = true;
                }
                lines.push(format!("served “{text}” → {cosine:.2} “{}”", labels[n]));
            }
        }
        let (met, violated) = hit.split_at(check.active.len());
        let state =
            self.store.load(std::slice::from_ref(&self.user)).await?.pop().unwrap_or_default();
        for (n, label) in check.active.iter().enumerate() {
            if met[n] {
                lines.push(format!("met    +“{label}”"));
                continue;
            }
            // What is stored but was not served tells ranking's failures from reading's.
            let nearest = state
                .preferences
                .iter()
                .filter_map(|p| Some((p, gold.get(n)?.cosine(&p.content))))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            let stored = nearest.map_or(String::new(), |(p, cosine)| {
                format!(
                    "; stored {cosine:.2} {} {} “{}”",
                    p.status.as_str(),
                    p.scope.as_str(),
                    p.description
                )
            });
            lines.push(format!("MISSED +“{label}”{stored}"));
        }
        for (n, label) in check.not_active.iter().enumerate() {
            let reason = check.not_active_reason.get(n).map_or("", String::as_str);
            let entry = reasons.entry(reason.to_owned()).or_default();
            entry.0 += 1;
            entry.1 += usize::from(violated[n]);
            if violated[n] {
                lines.push(format!("BROKEN -“{label}” ({reason})"));
            }
        }
        let passed = met.iter().all(|m| *m) && !violated.iter().any(|v| *v);
        for tally in tallies.iter_mut() {
            tally.checks += 1;
            tally.passed += usize::from(passed);
            tally.active += met.len();
            tally.met += met.iter().filter(|m| **m).count();
            tally.not_active += violated.len();
            tally.violated += violated.iter().filter(|v| **v).count();
        }
        Ok(if passed { Vec::new() } else { lines })
    }
}

fn print(
    all: &Tally,
    themes: &BTreeMap<String, Tally>,
    reasons: &BTreeMap<String, (usize, usize)>,
) {
    println!("\n{:<26} {:>7} {:>9} {:>9}", "theme", "passed", "met", "violated");
    let line = |name: &str, t: &Tally| {
        let (passed, met) =
            (format!("{}/{}", t.passed, t.checks), format!("{}/{}", t.met, t.active));
        println!(
            "{name:<26} {passed:>7} {met:>9} {:>9}",
            format!("{}/{}", t.violated, t.not_active)
        );
    };
    for (name, tally) in themes {
        line(name, tally);
    }
    line("all", all);
    for (reason, (n, violated)) in reasons {
        println!("{reason:<26} {:>27}", format!("{violated}/{n}"));
    }
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    println!(
        "check_accuracy {:.3}  active_recall {:.3}  violation_rate {:.3}  n {}",
        share(all.passed, all.checks),
        share(all.met, all.active),
        share(all.violated, all.not_active),
        all.checks
    );
}
