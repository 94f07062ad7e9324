//! The Hugging Face hub, through its own client.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

use hf_hub::api::sync::ApiBuilder;
use hf_hub::{Cache, Repo};

use super::files::PinnedFile;
use super::pull::{Acceptor, Source};

/// The model's repository on the hub.
const REPOSITORY: &str = "sentence-transformers/all-MiniLM-L6-v2";

/// How long the hub may be silent, from the first word on, before the next source is asked.
const PATIENCE: Duration = Duration::from_secs(10);

/// The hub. Follows the client's own settings: `HF_ENDPOINT` (a mirror), `HF_HOME` (files that
/// are in its cache already are taken from there), `HF_HUB_OFFLINE`.
pub(crate) struct Hub;

impl Source for Hub {
    fn name(&self) -> &'static str {
        "Hugging Face hub"
    }

    fn fetch(
        &self,
        wanted: &[PinnedFile],
        scratch: &Path,
        accept: &Acceptor<'_>,
    ) -> Result<(), String> {
        let offline = std::env::var_os("HF_HUB_OFFLINE").is_some_and(|set| set == "1");
        let cache = Cache::from_env().model(REPOSITORY.to_owned());
        for file in wanted {
            let path = match cache.get(file.name) {
                Some(path) => path,
                None if offline => return Err("HF_HUB_OFFLINE is set".to_owned()),
                None => download(file, scratch, accept)?,
            };
            let mut content = std::fs::File::open(path).map_err(|e| e.to_string())?;
            accept.accept(file, &mut content)?;
        }
        Ok(())
    }
}

/// What the download thread tells.
enum Heard {
    Size(u64),
    Bytes(u64),
    Done(Result<PathBuf, String>),
}

/// The client has no timeout to set, so it runs on a thread of its own and is given up when it is
/// silent for [`PATIENCE`]. An abandoned thread ends with the process or its connection; it writes
/// only below the scratch directory.
fn download(file: &PinnedFile, scratch: &Path, accept: &Acceptor<'_>) -> Result<PathBuf, String> {
    let (tell, heard) = mpsc::channel();
    let name = file.name;
    let cache = scratch.join("hub");
    std::thread::Builder::new()
        .name("model-download".to_owned())
        .spawn(move || {
            let outcome = ask(name, cache, tell.clone());
            // Nobody listens any more when the hub was given up.
            let _abandoned = tell.send(Heard::Done(outcome));
        })
        .map_err(|e| e.to_string())?;
    loop {
        match heard.recv_timeout(PATIENCE) {
            Ok(Heard::Size(bytes)) => accept.progress.start(file.name, Some(bytes)),
            Ok(Heard::Bytes(bytes)) => accept.progress.advance(bytes),
            Ok(Heard::Done(outcome)) => return outcome,
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!("no answer within {} s", PATIENCE.as_secs()));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err("the download ended without an answer".to_owned());
            }
        }
    }
}

fn ask(name: &str, cache: PathBuf, tell: Sender<Heard>) -> Result<PathBuf, String> {
    let api = ApiBuilder::from_env()
        .with_cache_dir(cache)
        // The repository is public: no credential of the user's needs to travel.
        .with_token(None)
        .with_progress(false)
        .build()
        .map_err(|e| e.to_string())?;
    api.repo(Repo::model(REPOSITORY.to_owned()))
        .download_with_progress(name, Reporter(tell))
        .map_err(|e| e.to_string())
}

struct Reporter(Sender<Heard>);

impl hf_hub::api::Progress for Reporter {
    fn init(&mut self, size: usize, _filename: &str) {
        let _abandoned = self.0.send(Heard::Size(size as u64));
    }

    fn update(&mut self, size: usize) {
        let _abandoned = self.0.send(Heard::Bytes(size as u64));
    }

    fn finish(&mut self) {}
}
