//! Fetches the model: `cargo run -p penchant-embed --example pull [-- DIRECTORY]`.

use std::path::PathBuf;

use penchant_embed::model::{BarProgress, ModelError, ModelFiles, default_dir, pull};

fn main() -> Result<(), ModelError> {
    let dir = std::env::args_os().nth(1).map_or_else(default_dir, PathBuf::from);
    let pulled = pull(&dir, &BarProgress::default())?;
    match pulled.source {
        Some(source) => println!("{} from the {source}", pulled.fetched.join(", ")),
        None => println!("nothing to do"),
    }
    ModelFiles::new(&dir).check()
}
