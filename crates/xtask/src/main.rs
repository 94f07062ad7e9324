//! The project's own chores: `cargo xtask --help`.

mod check;
mod r#gen;

use std::path::Path;

use clap::Parser;

/// House rules, code generation, training and measuring.
#[derive(Parser)]
enum Task {
    /// Checks layering and file sizes.
    Check,
    /// Generates the code of penchant-proto from proto/.
    Gen,
}

fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::Check => check::run(),
        Task::Gen => r#gen::run(Path::new(".")),
    }
}
