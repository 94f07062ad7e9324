//! `cargo xtask words FILE`: runs the reader of words over labelled messages and says how well it
//! reads them, without log, fold or store. `penchant eval feedback` measures the same through the
//! whole path.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use penchant_core::event::{Message, Role};
use penchant_core::{
    Context, Event, EventBody, EventId, TenantId, Timestamp, UserId, UserKey, Vector,
};
use penchant_learn::reading::{Reader, Reading, Signal, Surroundings};
use penchant_learn::words::WordsReader;
use penchant_ports::Wish;

use crate::train::corpus::{self, Line};
use crate::train::vectors::Vectors;
use crate::train::{cache_file, model_dir};

/// Cosine from which two descriptions say the same.
const MATCH: f32 = 0.5;

/// What to read.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Labelled messages, one JSON object per line.
    files: Vec<PathBuf>,
    /// List the messages that were read wrongly.
    #[arg(long)]
    errors: bool,
    /// Only faults that contain this.
    #[arg(long, default_value = "")]
    only: String,
    /// Read as if the embedder knew no meaning.
    #[arg(long)]
    lexical: bool,
    /// Folder of the MiniLM files.
    #[arg(long, env = "PENCHANT_MODEL_DIR")]
    model: Option<PathBuf>,
}

#[derive(Default)]
struct Tally {
    lines: usize,
    preference: [usize; 3],
    signals: Vec<(Signal, String)>,
    hard: [usize; 2],
    polarity: [usize; 2],
    scope: [usize; 2],
    matched: [usize; 2],
    retracted: [usize; 2],
    quarantined: [usize; 2],
    claims: usize,
    micros: Vec<u128>,
}

/// Reads all files and prints the figures.
///
/// # Errors
/// When a file or the model cannot be read.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let mut vectors = Vectors::open(&model_dir(options.model.as_deref()), &cache_file())?;
    let mut tally = Tally::default();
    for file in &options.files {
        for line in corpus::read(file)? {
            let reading = read(&line, &mut vectors, !options.lexical, &mut tally).await?;
            let faults = judge(&line, &reading, &mut vectors, &mut tally).await?;
            let shown: Vec<&String> = faults.iter().filter(|f| f.contains(&options.only)).collect();
            if options.errors && !shown.is_empty() {
                report(&line, &reading, &faults);
            }
        }
    }
    print(&tally);
    Ok(())
}

async fn read(
    line: &Line,
    vectors: &mut Vectors,
    meaning: bool,
    tally: &mut Tally,
) -> Result<Reading> {
    let event = Event {
        id: EventId::try_new(line.id.clone())?,
        user: UserKey::new(TenantId::try_new("t")?, UserId::try_new("u")?),
        session: None,
        occurred_at: Timestamp::from_millis(1_767_600_000_000),
        imported: true,
        context: Context { task: line.task.clone(), ..Context::default() },
        body: EventBody::Message(Message {
            role: Role::User,
            text: line.user.clone(),
            reply_to: None,
        }),
    };
    let around = Surroundings { reply_to: line.assistant.clone() };
    let reader = WordsReader::new();
    let started = Instant::now();
    let texts = reader.prepare(&event, &around);
    let prepared = started.elapsed();
    let embedded = if meaning { vectors.look(&texts).await? } else { Vec::new() };
    let started = Instant::now();
    let mut reading = reader.read(&event, &around, &embedded);
    tally.micros.push((prepared + started.elapsed()).as_micros());
    let wishes: Vec<Wish> = reading.wishes().cloned().collect();
    if meaning {
        reading.note(&vectors.describe(&wishes).await?);
    }
    let described = vectors.embed(&reading.descriptions()).await?;
    reading.fill(&described);
    Ok(reading)
}

async fn judge(
    line: &Line,
    reading: &Reading,
    vectors: &mut Vectors,
    tally: &mut Tally,
) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    tally.lines += 1;
    let signal = reading.signal.unwrap_or(Signal::Neutral);
    if signal.as_str() != line.signal {
        faults.push(format!("signal {}, not {}", signal.as_str(), line.signal));
    }
    tally.signals.push((signal, line.signal.clone()));
    let served: Vec<_> = reading.claims.iter().filter(|c| c.quarantine.is_none()).collect();
    tally.claims += reading.claims.len();
    tally.quarantined[1] += reading.claims.len();
    tally.quarantined[0] += reading.claims.len() - served.len();
    match (served.is_empty(), line.preferences.is_empty()) {
        (false, false) => tally.preference[0] += 1,
        (false, true) => {
            tally.preference[1] += 1;
            faults.push("false preference".to_owned());
        }
        (true, false) => {
            tally.preference[2] += 1;
            faults.push("missed preference".to_owned());
        }
        (true, true) => {}
    }
    if line.tags.iter().any(|t| t == "hard_negative") {
        tally.hard[0] += usize::from(!served.is_empty());
        tally.hard[1] += 1;
    }
    if !line.retracts.is_empty() {
        let seen = signal == Signal::Retraction || !reading.withdrawals.is_empty();
        tally.retracted[0] += usize::from(seen);
        tally.retracted[1] += 1;
        if !seen {
            faults.push("missed retraction".to_owned());
        }
    }
    let gold: Vec<String> = line.preferences.iter().map(|p| p.text.clone()).collect();
    let gold_vectors: Vec<Vector> = vectors.embed(&gold).await?;
    for (expected, vector) in line.preferences.iter().zip(&gold_vectors) {
        tally.matched[1] += 1;
        let nearest = served
            .iter()
            .max_by(|a, b| a.content.cosine(vector).total_cmp(&b.content.cosine(vector)));
        let Some(found) = nearest else { continue };
        tally.polarity[1] += 1;
        tally.scope[1] += 1;
        let same = found.polarity.as_str() == expected.polarity;
        tally.polarity[0] += usize::from(same);
        tally.scope[0] += usize::from(found.scope.as_str() == expected.scope);
        if !same {
            faults.push(format!("polarity of {}", expected.text));
        }
        if found.scope.as_str() != expected.scope {
            faults.push(format!("scope {}, not {}", found.scope.as_str(), expected.scope));
        }
        let near = |c: &&&penchant_learn::reading::ClaimReading| {
            c.polarity.as_str() == expected.polarity && c.content.cosine(vector) >= MATCH
        };
        if served.iter().any(|c| near(&c)) {
            tally.matched[0] += 1;
        } else {
            faults.push(format!("description {:.2}", found.content.cosine(vector)));
        }
    }
    Ok(faults)
}

fn report(line: &Line, reading: &Reading, faults: &[String]) {
    println!("{} [{}] {}", line.id, line.signal, faults.join("; "));
    println!("   A: {}", line.assistant);
    println!("   U: {}", line.user);
    for gold in &line.preferences {
        println!("   gold  {} {} {}", gold.polarity, gold.scope, gold.text);
    }
    for claim in &reading.claims {
        println!(
            "   said  {} {} {}{}",
            claim.polarity.as_str(),
            claim.scope.as_str(),
            claim.description,
            claim.quarantine.as_deref().map(|r| format!(" (quarantined: {r})")).unwrap_or_default()
        );
    }
    for withdrawal in &reading.withdrawals {
        println!("   withdrawn  {} (gold {:?})", withdrawal.text, line.retracts);
    }
}

fn share(pair: [usize; 2]) -> f64 {
    if pair[1] == 0 { 0.0 } else { pair[0] as f64 / pair[1] as f64 }
}

fn print(tally: &Tally) {
    let f1 = |class: Signal| {
        let hits = tally.signals.iter().filter(|(a, b)| *a == class && b == class.as_str()).count();
        let said = tally.signals.iter().filter(|(a, _)| *a == class).count();
        let all = tally.signals.iter().filter(|(_, b)| b == class.as_str()).count();
        share([2 * hits, said + all])
    };
    let present: Vec<Signal> = Signal::ALL
        .into_iter()
        .filter(|s| tally.signals.iter().any(|(a, b)| a == s || b == s.as_str()))
        .collect();
    let macro_f1 = present.iter().map(|s| f1(*s)).sum::<f64>() / present.len().max(1) as f64;
    let right = tally.signals.iter().filter(|(a, b)| a.as_str() == b).count();
    let [hits, alarms, misses] = tally.preference;
    let mut micros = tally.micros.clone();
    micros.sort_unstable();
    // The median: the first messages pay for automata that later ones share.
    let milliseconds = micros.get(micros.len() / 2).map_or(0.0, |m| *m as f64 / 1000.0);
    let rows = [
        ("preference_f1", share([2 * hits, 2 * hits + alarms + misses])),
        ("  precision", share([hits, hits + alarms])),
        ("  recall", share([hits, hits + misses])),
        ("signal_accuracy", share([right, tally.lines])),
        ("signal_macro_f1", macro_f1),
        ("polarity_accuracy", share(tally.polarity)),
        ("scope_accuracy", share(tally.scope)),
        ("description_match", share(tally.matched)),
        ("  where one was found", share([tally.matched[0], tally.polarity[1]])),
        ("hard_negative_false_positives", share(tally.hard)),
        ("retraction_recall", share(tally.retracted)),
        ("quarantined", share(tally.quarantined)),
        ("claims_per_preference", share([tally.claims, tally.matched[1]])),
        ("milliseconds_per_message", milliseconds),
    ];
    for (name, value) in rows {
        println!("{name:<32}{value:.3}");
    }
    for signal in present {
        println!("  {:<30}{:.3}", signal.as_str(), f1(signal));
    }
    println!("n = {}", tally.lines);
}
