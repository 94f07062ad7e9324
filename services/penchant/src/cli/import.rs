//! `penchant import`: a file of events or chats, line by line. Resumable: ids are derived from
//! the file's content and line, so what was recorded before is answered again, not doubled.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use penchant_proto::v1;
use penchant_proto::v1::event_result::Outcome;
use serde::Deserialize;

use super::client::{ClientArgs, refused};

/// Events per call.
const CHUNK: usize = 200;

/// How a line is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LineFormat {
    /// One event per line, as in POST /v1/events
    Events,
    /// One conversation per line: {"user_id", "session_id"?, "task"?, "messages": [{"role",
    /// "content", "at"?}]}
    Chat,
}

/// Record a file of events or chats.
#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(flatten)]
    client: ClientArgs,
    /// The file, one JSON object per line
    file: PathBuf,
    /// How a line is to be read
    #[arg(long, value_enum, default_value = "events")]
    format: LineFormat,
    /// Start from the first line even if an earlier import got further
    #[arg(long)]
    from_start: bool,
}

/// A conversation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Conversation {
    user_id: String,
    #[serde(default)]
    session_id: String,
    #[serde(default)]
    task: String,
    messages: Vec<Turn>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    role: String,
    content: String,
    #[serde(default)]
    at: Option<String>,
}

/// What became of the lines.
#[derive(Debug, Default)]
struct Tally {
    accepted: u64,
    rejected: u64,
    events: u64,
}

impl Import {
    pub(crate) async fn execute(self) -> Result<ExitCode> {
        let total = BufReader::new(open(&self.file)?).lines().count() as u64;
        let mut progress = Progress::open(&self.file, self.from_start)?;
        let skip = progress.lines.min(total);
        let bar = ProgressBar::new(total);
        bar.set_style(ProgressStyle::with_template(
            "{bar:40} {pos}/{len} lines, {per_sec}, {eta} left {msg}",
        )?);
        bar.set_position(skip);
        if skip > 0 {
            bar.println(format!("going on after line {skip}"));
        }
        let mut rejects = Rejects::new(&self.file, skip > 0);
        let mut client = self.client.events().await?;
        let mut tally = Tally::default();
        let mut chunk: Vec<(u64, String, Vec<v1::Event>)> = Vec::new();
        for (at, line) in BufReader::new(open(&self.file)?).split(b'\n').enumerate() {
            let number = at as u64 + 1;
            if number <= skip {
                continue;
            }
            let bytes = line.with_context(|| format!("cannot read line {number}"))?;
            match self.read_line(number, &bytes) {
                Ok(events) if events.is_empty() => tally.accepted += 1,
                Ok(events) => {
                    chunk.push((number, String::from_utf8_lossy(&bytes).into_owned(), events));
                }
                Err(reason) => {
                    tally.rejected += 1;
                    rejects.write(number, &String::from_utf8_lossy(&bytes), "line", &reason)?;
                }
            }
            let pending: usize = chunk.iter().map(|(_, _, events)| events.len()).sum();
            if pending >= CHUNK || number == total {
                send(&mut client, &mut chunk, &mut tally, &mut rejects).await?;
                progress.store(number)?;
                bar.set_position(number);
            }
        }
        bar.finish();
        progress.done()?;
        println!(
            "{} lines: {} accepted ({} events), {} rejected{}",
            total,
            tally.accepted,
            tally.events,
            tally.rejected,
            if skip > 0 { format!(", {skip} done before") } else { String::new() }
        );
        if tally.rejected > 0 {
            println!("rejected lines with reasons: {}", rejects.path.display());
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The events of one line, or why there are none.
    fn read_line(&self, number: u64, bytes: &[u8]) -> Result<Vec<v1::Event>, String> {
        let text = std::str::from_utf8(bytes).map_err(|error| format!("not UTF-8: {error}"))?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(Vec::new());
        }
        match self.format {
            LineFormat::Events => {
                let mut event: v1::Event =
                    serde_json::from_str(text).map_err(|error| error.to_string())?;
                if event.id.is_empty() {
                    event.id = id_of(number, text);
                }
                event.imported = true;
                Ok(vec![event])
            }
            LineFormat::Chat => {
                let conversation: Conversation =
                    serde_json::from_str(text).map_err(|error| error.to_string())?;
                conversation.events(number, text)
            }
        }
    }
}

impl Conversation {
    fn events(self, number: u64, line: &str) -> Result<Vec<v1::Event>, String> {
        if self.messages.is_empty() {
            return Err("messages: must not be empty".to_owned());
        }
        let base = id_of(number, line);
        let mut events = Vec::with_capacity(self.messages.len());
        for (at, turn) in self.messages.into_iter().enumerate() {
            let role = match turn.role.as_str() {
                "user" => v1::Role::User,
                "assistant" => v1::Role::Assistant,
                other => {
                    return Err(format!("messages[{at}].role: {other:?} is not user or assistant"));
                }
            };
            let occurred_at = match &turn.at {
                Some(text) => {
                    let millis = penchant_core::Timestamp::parse(text)
                        .map_err(|error| format!("messages[{at}].at: {error}"))?
                        .as_millis();
                    Some(pbjson_types::Timestamp {
                        seconds: millis.div_euclid(1_000),
                        nanos: i32::try_from(millis.rem_euclid(1_000)).unwrap_or(0) * 1_000_000,
                    })
                }
                None => None,
            };
            events.push(v1::Event {
                id: format!("{base}-{at}"),
                user_id: self.user_id.clone(),
                session_id: if self.session_id.is_empty() {
                    base.clone()
                } else {
                    self.session_id.clone()
                },
                imported: occurred_at.is_some(),
                occurred_at,
                context: Some(v1::Context {
                    text: String::new(),
                    task: self.task.clone(),
                    attributes: BTreeMap::default(),
                }),
                body: Some(v1::event::Body::Message(v1::Message {
                    role: role.into(),
                    text: turn.content,
                    reply_to: None,
                })),
            });
        }
        Ok(events)
    }
}

/// The same line of the same content always gets the same id: importing again doubles nothing.
fn id_of(number: u64, line: &str) -> String {
    format!("import-{number}-{:016x}", penchant_core::head::fnv1a(line.as_bytes()))
}

fn open(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Records the chunk's events. A line is accepted when all of its events are; an event that the
/// service could not take for the moment ends the import, which can then be started again.
async fn send(
    client: &mut v1::event_service_client::EventServiceClient<super::client::Authorized>,
    chunk: &mut Vec<(u64, String, Vec<v1::Event>)>,
    tally: &mut Tally,
    rejects: &mut Rejects,
) -> Result<()> {
    let mut events: Vec<v1::Event> = Vec::new();
    for (_, _, of_line) in chunk.iter() {
        events.extend(of_line.iter().cloned());
    }
    let mut outcomes = Vec::with_capacity(events.len());
    for part in events.chunks(penchant_core::limits::MAX_BATCH) {
        let request = v1::RecordEventsRequest { events: part.to_vec() };
        let answer = client.record_events(request).await.map_err(|s| refused(&s))?.into_inner();
        outcomes.extend(answer.results);
    }
    let mut outcomes = outcomes.into_iter();
    for (number, line, of_line) in chunk.drain(..) {
        let mut refusal = None;
        for _ in &of_line {
            match outcomes.next().and_then(|result| result.outcome) {
                Some(Outcome::Accepted(_)) => tally.events += 1,
                Some(Outcome::Rejected(rejected)) => {
                    refusal.get_or_insert((rejected.field, rejected.reason));
                }
                Some(Outcome::Failed(failed)) => {
                    bail!("line {number}: {}; run the same import again to go on", failed.reason)
                }
                None => bail!("line {number}: the service gave no outcome"),
            }
        }
        match refusal {
            None => tally.accepted += 1,
            Some((field, reason)) => {
                tally.rejected += 1;
                rejects.write(number, &line, &field, &reason)?;
            }
        }
    }
    Ok(())
}

/// Rejected lines with their reasons, beside the imported file.
struct Rejects {
    path: PathBuf,
    keep: bool,
    file: Option<BufWriter<File>>,
}

impl Rejects {
    fn new(imported: &Path, keep: bool) -> Self {
        Self { path: imported.with_extension("rejected.jsonl"), keep, file: None }
    }

    fn write(&mut self, number: u64, line: &str, field: &str, reason: &str) -> Result<()> {
        if self.file.is_none() {
            let file = File::options()
                .create(true)
                .write(true)
                .append(self.keep)
                .truncate(!self.keep)
                .open(&self.path)
                .with_context(|| format!("cannot write {}", self.path.display()))?;
            self.file = Some(BufWriter::new(file));
        }
        if let Some(file) = &mut self.file {
            let record = serde_json::json!({
                "line": number, "field": field, "reason": reason, "content": line,
            });
            writeln!(file, "{record}")?;
            file.flush()?;
        }
        Ok(())
    }
}

/// How far an import has come, in a file beside the imported one.
struct Progress {
    path: PathBuf,
    lines: u64,
}

impl Progress {
    fn open(imported: &Path, from_start: bool) -> Result<Self> {
        let path = imported.with_extension("import-progress");
        let lines = match std::fs::read_to_string(&path) {
            Ok(text) if !from_start => text.trim().parse().with_context(|| {
                format!("{} is damaged; remove it or use --from-start", path.display())
            })?,
            Ok(_) | Err(_) => 0,
        };
        Ok(Self { path, lines })
    }

    fn store(&mut self, lines: u64) -> Result<()> {
        self.lines = lines;
        std::fs::write(&self.path, lines.to_string())
            .with_context(|| format!("cannot write {}", self.path.display()))
    }

    fn done(self) -> Result<()> {
        match std::fs::remove_file(&self.path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error).context("cannot remove the progress file"),
        }
    }
}
