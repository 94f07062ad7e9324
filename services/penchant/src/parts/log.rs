//! The log, as configured.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use futures::FutureExt as _;
use penchant_kafka::{KafkaConfig, KafkaLog};
use penchant_ports::{Clock, EventLog};
use penchant_sqlite::SqliteLog;

use super::Settle;
use super::dead_letters::DeadLetters;
use crate::config::{Config, LogKind};

/// An opened log.
pub(crate) struct OpenedLog {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) name: &'static str,
    pub(crate) settle: Option<Settle>,
    pub(crate) dead_letters: DeadLetters,
}

/// Opens the log.
pub(crate) async fn open(config: &Config, clock: &Arc<dyn Clock>) -> Result<OpenedLog> {
    match config.log.kind {
        LogKind::Embedded => {
            let log = Arc::new(embedded(config, clock)?);
            let dead_letters = DeadLetters::Embedded(Arc::clone(&log));
            Ok(OpenedLog { log, name: "embedded", settle: None, dead_letters })
        }
        LogKind::Kafka => Ok(OpenedLog::kafka(kafka(config).await?)),
    }
}

impl OpenedLog {
    /// A connected Kafka.
    pub(crate) fn kafka(log: KafkaLog) -> Self {
        let settling = log.clone();
        let settle: Settle = Arc::new(move |patience| {
            let log = settling.clone();
            async move { log.settle(patience).await }.boxed()
        });
        let dead_letters = DeadLetters::Kafka(log.clone());
        Self { log: Arc::new(log), name: "kafka", settle: Some(settle), dead_letters }
    }
}

pub(crate) fn embedded(config: &Config, clock: &Arc<dyn Clock>) -> Result<SqliteLog> {
    let folder = &config.data.folder;
    std::fs::create_dir_all(folder).with_context(|| format!("data folder {}", folder.display()))?;
    SqliteLog::open(folder, Arc::clone(clock))
        .with_context(|| format!("embedded log in {}", folder.display()))
}

pub(crate) async fn kafka(config: &Config) -> Result<KafkaLog> {
    let brokers = &config.log.kafka.brokers;
    KafkaLog::connect(kafka_config(config))
        .await
        .with_context(|| format!("Kafka at {brokers} (log.kafka.brokers)"))
}

/// The configuration as the log takes it.
pub(crate) fn kafka_config(config: &Config) -> KafkaConfig {
    let kafka = &config.log.kafka;
    KafkaConfig {
        dead_letter_topic: kafka.dead_letter_topic.clone(),
        group: kafka.group.clone(),
        partitions: kafka.partitions,
        replication: kafka.replication,
        retention: (!kafka.retention.0.is_zero()).then_some(kafka.retention.0),
        settings: kafka.settings.clone(),
        ..KafkaConfig::new(kafka.brokers.trim()).with_topic(&kafka.topic)
    }
}
