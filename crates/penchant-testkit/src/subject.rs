//! An adapter under test, and how it comes back after a restart.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;

use penchant_ports::{Generations, PreferenceReader, PreferenceStore};

/// Both sides of a preference store.
pub trait Store: PreferenceStore + PreferenceReader {}

impl<T: PreferenceStore + PreferenceReader> Store for T {}

/// A preference store that can be rebuilt beside itself.
pub trait Rebuildable: Store + Generations {}

impl<T: Store + Generations> Rebuildable for T {}

type Reopen<T> = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Arc<T>>>>>;

/// A fresh instance of a port. Durable ones say how they are opened again; whatever must live as
/// long (a temporary folder, a server) is captured by that closure or handed to
/// [`Subject::keeping`].
pub struct Subject<T: ?Sized> {
    port: Option<Arc<T>>,
    reopen: Option<Reopen<T>>,
    kept: Vec<Box<dyn Any>>,
}

impl<T: ?Sized> Subject<T> {
    /// An instance that forgets.
    #[must_use]
    pub fn volatile(port: Arc<T>) -> Self {
        Self { port: Some(port), reopen: None, kept: Vec::new() }
    }

    /// An instance that `reopen` opens again after it was dropped.
    #[must_use]
    pub fn durable<F>(port: Arc<T>, reopen: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Arc<T>> + 'static,
    {
        let reopen: Reopen<T> = Box::new(move || Box::pin(reopen()));
        Self { port: Some(port), reopen: Some(reopen), kept: Vec::new() }
    }

    /// Keeps `guard` alive as long as the instance.
    #[must_use]
    pub fn keeping(mut self, guard: impl Any) -> Self {
        self.kept.push(Box::new(guard));
        self
    }

    /// The instance.
    ///
    /// # Panics
    /// When reopening it had failed.
    #[must_use]
    pub fn port(&self) -> &Arc<T> {
        self.port.as_ref().expect("the instance is open")
    }

    /// Drops the instance and opens it again; false when it is not durable.
    pub(crate) async fn restart(&mut self) -> bool {
        let Some(reopen) = &self.reopen else {
            return false;
        };
        // Dropped first: a folder is open once.
        self.port = None;
        self.port = Some(reopen().await);
        true
    }
}
