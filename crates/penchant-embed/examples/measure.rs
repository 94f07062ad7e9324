//! Measures the sentence model: `cargo run -p penchant-embed --example measure [-- DIRECTORY]`.
//! A batch is cut into passes that run side by side, one per core.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use penchant_embed::{Lexical, MiniLm, model::default_dir};
use penchant_ports::Embedder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args_os().nth(1).map_or_else(default_dir, PathBuf::from);
    let start = Instant::now();
    let minilm = MiniLm::load(&dir)?;
    println!("verify and load: {:?}; resident {} MB", start.elapsed(), resident_mb());
    // 23 words and the two framing tokens.
    let text = |n: usize| {
        format!(
            "note {n} : please keep the answer short and start with the outcome because my team \
             reads it on the phone between two"
        )
    };
    for (batch, rounds) in [(1, 150), (8, 30), (32, 12)] {
        let texts: Vec<String> = (0..batch).map(text).collect();
        let (least, median) = times_of(rounds, &minilm, &texts).await?;
        println!(
            "{batch} x 25 tokens: median {median:?}, least {least:?}, {:?} each",
            least / batch as u32
        );
    }
    let long = vec!["tea ".repeat(300); 8];
    let (least, median) = times_of(5, &minilm, &long).await?;
    println!("8 x 256 tokens: median {median:?}, least {least:?}, {:?} each", least / 8);
    println!("resident {} MB", resident_mb());

    let lexical = Lexical::default();
    let start = Instant::now();
    for n in 0..1000 {
        std::hint::black_box(lexical.vector(&text(n)));
    }
    println!("lexical: {:?} each", start.elapsed() / 1000);
    Ok(())
}

/// The least time (what an otherwise idle machine would take) and the median.
async fn times_of(
    rounds: usize,
    embedder: &impl Embedder,
    texts: &[String],
) -> Result<(Duration, Duration), Box<dyn Error>> {
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        embedder.embed(texts).await?;
        times.push(start.elapsed());
    }
    times.sort();
    let at = |place: usize| times.get(place).copied().unwrap_or_default();
    Ok((at(0), at(rounds / 2)))
}

/// Resident memory where the system tells it (Linux), else 0.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}
