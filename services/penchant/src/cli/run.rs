//! `penchant run`: serve until told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use penchant_telemetry::ServiceStopped;

use super::ConfigArgs;
use crate::app::App;
use crate::config::{Config, OutputFormat, Overrides, Role};
use crate::parts::Parts;

/// Serve: gRPC, HTTP, the learner and the console.
#[derive(Debug, Args)]
pub(crate) struct Run {
    #[command(flatten)]
    config: ConfigArgs,
    /// gRPC address: overrides server.grpc
    #[arg(long, value_name = "ADDRESS")]
    grpc: Option<SocketAddr>,
    /// HTTP address: overrides server.http
    #[arg(long, value_name = "ADDRESS")]
    http: Option<SocketAddr>,
    /// Data folder: overrides data.folder
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// What this process does: overrides server.roles
    #[arg(long, value_enum, value_delimiter = ',')]
    roles: Vec<Role>,
}

impl Run {
    fn overrides(&self) -> Overrides {
        let mut overrides: Overrides = Vec::new();
        overrides.extend(self.grpc.map(|a| ("server.grpc", a.to_string().into())));
        overrides.extend(self.http.map(|a| ("server.http", a.to_string().into())));
        overrides
            .extend(self.data.as_ref().map(|f| ("data.folder", f.display().to_string().into())));
        if !self.roles.is_empty() {
            let names: Vec<&str> = self.roles.iter().map(|role| role.name()).collect();
            overrides.push(("server.roles", names.into()));
        }
        overrides
    }

    pub(crate) async fn execute(self) -> Result<ExitCode> {
        let config = self.config.load(self.overrides())?;
        set_up_output(&config)?;
        let (mut running, opened) = App::bind(config.clone()).await?.start()?;
        println!("penchant {} starts", env!("CARGO_PKG_VERSION"));
        if let Some(grpc) = running.grpc {
            println!("  gRPC      {grpc}");
        }
        println!("  HTTP      http://{}  (/readyz, /metrics)", running.http);
        if config.server.roles.contains(&Role::Console) {
            println!("  console   http://{}/console", running.http);
        }
        let announced = async {
            // Without parts the app has failed or is stopping, which is said elsewhere.
            if let Ok(parts) = opened.await {
                announce(&parts, &config);
            }
            std::future::pending::<()>().await;
        };
        let failure = tokio::select! {
            () = told_to_stop() => None,
            error = running.failed() => Some(error),
            () = announced => None,
        };
        let since = Instant::now();
        tracing::info!("stopping: finishing what is in flight");
        let stopped = running.stop().await;
        match failure {
            Some(error) => Err(error),
            None => {
                stopped?;
                ServiceStopped { seconds: since.elapsed().as_secs_f64() }.emit();
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn set_up_output(config: &Config) -> Result<()> {
    let format = match config.output.format {
        OutputFormat::Text => penchant_telemetry::LogFormat::Text,
        OutputFormat::Json => penchant_telemetry::LogFormat::Json,
    };
    penchant_telemetry::init_tracing(format, &config.output.filter).context("output.filter")
}

/// The last lines of a start: what it runs on, what to try.
fn announce(parts: &Parts, config: &Config) {
    for warning in &parts.warnings {
        tracing::warn!("{warning}");
    }
    println!("penchant {} is ready", env!("CARGO_PKG_VERSION"));
    println!("  embedder  {}", parts.embedder.info().model);
    if let Some(model) = parts.model.clone() {
        println!("  model     {}", model.name);
        model.notes.iter().for_each(|note| tracing::warn!("{note}"));
        // Not waited for: everything works without it.
        tokio::spawn(async move {
            if let Err(error) = model.inferrer.check().await {
                tracing::warn!(%error, "the language model cannot be asked now; learning goes on without");
            }
        });
    }
    println!("  data      {}", config.data.folder.display());
    println!("  try       penchant record --user ada --statement \"I prefer short answers\"");
    println!("            penchant retrieve --user ada --context \"explain tides\" --explain");
}

/// SIGTERM or Ctrl-C.
async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        // Without SIGTERM handling Ctrl-C still stops in order.
        Err(_) => drop(interrupt.await),
    }
}
