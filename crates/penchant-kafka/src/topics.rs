//! Creates the topics explicitly, and refuses those that would break a promise.

use std::collections::BTreeMap;
use std::time::Duration;

use penchant_ports::{PortError, PortErrorKind};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::RDKafkaErrorCode as Code;
use rdkafka::types::RDKafkaRespErr;

use crate::config::{KafkaConfig, MAX_DEAD_LETTER_BYTES, MAX_RECORD_BYTES};
use crate::error;
use crate::logging::First;

/// How often a new topic is looked for.
const LOOK: Duration = Duration::from_millis(100);
/// How long a dead letter is kept: a month to look at it.
const DEAD_LETTER_RETENTION: Duration = Duration::from_secs(28 * 24 * 3600);
/// What a dead letter needs beyond its payload: headers, key, framing.
const ENVELOPE_BYTES: usize = 64 * 1024;

/// A topic as it has to be.
#[derive(Debug)]
struct Wanted<'a> {
    name: &'a str,
    partitions: u32,
    settings: BTreeMap<&'static str, String>,
}

fn wanted(config: &KafkaConfig) -> [Wanted<'_>; 3] {
    let forever = || "-1".to_owned();
    let durable = if config.replication >= 3 { "2" } else { "1" };
    let common = |more: &[(&'static str, String)]| {
        let mut settings = BTreeMap::from([
            ("message.timestamp.type", "LogAppendTime".to_owned()),
            ("min.insync.replicas", durable.to_owned()),
        ]);
        settings.extend(more.iter().cloned());
        settings
    };
    let millis = |span: Duration| span.as_millis().to_string();
    [
        Wanted {
            name: &config.topic,
            partitions: config.partitions,
            settings: common(&[
                ("cleanup.policy", "delete".to_owned()),
                ("retention.ms", config.retention.map_or_else(forever, millis)),
                ("retention.bytes", forever()),
                // Above what is taken as an event, so that an oversized record of an app becomes
                // a dead letter here and is not lost at the app.
                ("max.message.bytes", MAX_DEAD_LETTER_BYTES.to_string()),
            ]),
        },
        Wanted {
            name: &config.dead_letter_topic,
            partitions: 1,
            settings: common(&[
                ("cleanup.policy", "delete".to_owned()),
                ("retention.ms", millis(DEAD_LETTER_RETENTION)),
                ("max.message.bytes", (MAX_DEAD_LETTER_BYTES + ENVELOPE_BYTES).to_string()),
            ]),
        },
        Wanted {
            name: &config.erasure_topic,
            partitions: 1,
            settings: common(&[("cleanup.policy", "compact".to_owned())]),
        },
    ]
}

/// Creates what is missing, then checks what is there.
///
/// # Errors
/// [`PortErrorKind::Invalid`] when a topic differs in something that matters, naming what to do;
/// [`PortErrorKind::Unavailable`] when the cluster does not answer.
pub(crate) async fn ensure(config: &KafkaConfig) -> Result<(), PortError> {
    let first = First::default();
    let created = config.admin().create_with_context(first.clone());
    let admin: AdminClient<First> = created.map_err(|e| error::ask("prepare the topics", e))?;
    let outcome = prepare(&std::sync::Arc::new(admin), config).await;
    // To whoever asks, a broker that refuses the credentials is away: only the log has the reason.
    match (outcome, first.refusal()) {
        (Err(error), Some(words)) if error.transient() => Err(PortError::new(
            PortErrorKind::Invalid,
            format!("the Kafka cluster refuses the credentials (log.kafka.settings): {words}"),
        )
        .caused_by(error)),
        (outcome, _) => outcome,
    }
}

async fn prepare(
    admin: &std::sync::Arc<AdminClient<First>>,
    config: &KafkaConfig,
) -> Result<(), PortError> {
    for topic in &wanted(config) {
        if partitions(admin, topic.name, config.request_timeout).await?.is_none() {
            create(admin, topic, config).await?;
        }
        let deadline = tokio::time::Instant::now() + config.request_timeout;
        let have = loop {
            match partitions(admin, topic.name, config.request_timeout).await? {
                Some(have) => break have,
                None if tokio::time::Instant::now() >= deadline => {
                    return Err(PortError::new(
                        PortErrorKind::Unavailable,
                        format!("topic {} was created but has no leader yet", topic.name),
                    ));
                }
                None => tokio::time::sleep(LOOK).await,
            }
        };
        if have != topic.partitions {
            return Err(PortError::new(
                PortErrorKind::Invalid,
                format!(
                    "topic {} has {have} partitions, {} are configured; the number is fixed, \
                     because another one would move users to other partitions: set \
                     log.kafka.partitions = {have}, or use another topic",
                    topic.name, topic.partitions
                ),
            ));
        }
        check_settings(admin, topic, config).await?;
    }
    Ok(())
}

/// How many partitions a topic has; `None` while it is not there, or not with all its leaders.
async fn partitions(
    admin: &std::sync::Arc<AdminClient<First>>,
    topic: &str,
    timeout: Duration,
) -> Result<Option<u32>, PortError> {
    let (admin, name) = (std::sync::Arc::clone(admin), topic.to_owned());
    let found = tokio::task::spawn_blocking(move || {
        let metadata = admin.inner().fetch_metadata(Some(&name), timeout)?;
        let of = metadata.topics().iter().find(|topic| topic.name() == name);
        Ok(of.map(|topic| {
            let led = topic.partitions().iter().all(|partition| partition.leader() >= 0);
            (topic.error(), topic.partitions().len(), led)
        }))
    });
    let found = found.await.map_err(error::stopped)?;
    match found.map_err(|e| error::ask("ask the Kafka cluster for its topics", e))? {
        Some((None, count, true)) if count > 0 => Ok(u32::try_from(count).ok()),
        Some((Some(RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED), ..)) => {
            Err(PortError::new(
                PortErrorKind::Invalid,
                format!("the Kafka user may not see topic {topic}"),
            ))
        }
        _ => Ok(None),
    }
}

async fn create(
    admin: &AdminClient<First>,
    topic: &Wanted<'_>,
    config: &KafkaConfig,
) -> Result<(), PortError> {
    // Both were checked to be small.
    let count = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let mut new = NewTopic::new(
        topic.name,
        count(topic.partitions),
        TopicReplication::Fixed(count(config.replication)),
    );
    for (name, value) in &topic.settings {
        new = new.set(name, value);
    }
    let options = AdminOptions::new()
        .request_timeout(Some(config.request_timeout))
        .operation_timeout(Some(config.request_timeout));
    let what = format!("create topic {}", topic.name);
    let outcomes = admin.create_topics([&new], &options).await.map_err(|e| error::ask(&what, e))?;
    for outcome in outcomes {
        match outcome {
            Ok(name) => tracing::info!(topic = name, "topic created"),
            // Another process was faster.
            Err((_, Code::TopicAlreadyExists)) => {}
            Err((_, code)) => {
                return Err(error::ask(&what, rdkafka::error::KafkaError::Global(code)));
            }
        }
    }
    Ok(())
}

async fn check_settings(
    admin: &AdminClient<First>,
    topic: &Wanted<'_>,
    config: &KafkaConfig,
) -> Result<(), PortError> {
    let options = AdminOptions::new().request_timeout(Some(config.request_timeout));
    let what = format!("read the settings of topic {}", topic.name);
    let described = admin
        .describe_configs([&ResourceSpecifier::Topic(topic.name)], &options)
        .await
        .map_err(|e| error::ask(&what, e))?;
    for resource in described {
        match resource {
            Ok(resource) => {
                let entries = resource.entries.into_iter();
                let have = entries.filter_map(|e| Some((e.name, e.value?))).collect();
                judge(topic, &have)?;
            }
            Err(Code::TopicAuthorizationFailed | Code::ClusterAuthorizationFailed) => {
                tracing::warn!(
                    topic = topic.name,
                    "the Kafka user may not read the topic's settings; they are not checked"
                );
            }
            Err(code) => return Err(error::ask(&what, rdkafka::error::KafkaError::Global(code))),
        }
    }
    Ok(())
}

/// Refuses what would break a promise, warns of what merely differs.
fn judge(topic: &Wanted<'_>, have: &BTreeMap<String, String>) -> Result<(), PortError> {
    let mut problems = Vec::new();
    for (name, want) in &topic.settings {
        let Some(have) = have.get(*name).filter(|have| *have != want) else { continue };
        let number = |text: &str| text.parse::<i64>().unwrap_or(0);
        let refused = match *name {
            // Log time is the clock that event times are bounded by; without it each app's clock
            // would be. And a compacted log would have lost events.
            "message.timestamp.type" | "cleanup.policy" => true,
            "max.message.bytes" => number(have) < (MAX_RECORD_BYTES + ENVELOPE_BYTES) as i64,
            _ => false,
        };
        if refused {
            problems.push(format!("{name} is {have}, must be {want}"));
        } else if *name != "max.message.bytes" {
            tracing::warn!(topic = topic.name, setting = name, have, want, "topic differs");
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    let problems = problems.join(", ");
    Err(PortError::new(
        PortErrorKind::Invalid,
        format!("topic {} cannot be used: {problems}; alter the topic or use another", topic.name),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn have(changed: &[(&str, &str)]) -> BTreeMap<String, String> {
        let config = KafkaConfig::new("b:1");
        let settings = wanted(&config)[0].settings.clone();
        let mut have: BTreeMap<String, String> =
            settings.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        have.extend(changed.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
        have
    }

    #[test]
    fn settings_that_break_a_promise_are_refused_and_others_are_not() {
        let config = KafkaConfig::new("b:1");
        let events = &wanted(&config)[0];
        judge(events, &have(&[])).unwrap();
        judge(events, &have(&[("retention.ms", "1000"), ("max.message.bytes", "900000")])).unwrap();
        for bad in [
            ("message.timestamp.type", "CreateTime"),
            ("cleanup.policy", "compact"),
            ("max.message.bytes", "1000"),
        ] {
            let error = judge(events, &have(&[bad])).unwrap_err();
            assert!(error.message.contains(bad.0), "{error}");
        }
    }

    #[test]
    fn a_dead_letter_has_room_for_the_largest_record() {
        let config = KafkaConfig::new("b:1");
        let [events, dead, _] = wanted(&config);
        let bytes =
            |topic: &Wanted<'_>| topic.settings["max.message.bytes"].parse::<u64>().unwrap();
        assert!(bytes(&dead) > bytes(&events));
    }
}
