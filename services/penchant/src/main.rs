//! The binary: everything stands in the library, so that tests can use it.

use std::process::ExitCode;

fn main() -> ExitCode {
    penchant::cli::main()
}
