//! A seeded load straight onto the topic, as an app with a Kafka client of its own makes it; and
//! what of it must be found again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use penchant_core::Position;
use penchant_kafka::KafkaConfig;
use penchant_proto::v1;
use penchant_tests::events::event;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How many of a user's events may lie between one and its resend.
const RESEND_WITHIN: usize = 200;
/// How long the broker may be away before a record counts as lost.
const DELIVERY: Duration = Duration::from_secs(120);

/// What kind of traffic.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traffic {
    pub(crate) seed: u64,
    pub(crate) users: usize,
    /// Share of records that repeat an earlier event at a new offset.
    pub(crate) resent: f64,
    /// Share of records that hold no event.
    pub(crate) poison: f64,
    /// Share of events that are one user's.
    pub(crate) hot: f64,
}

impl Traffic {
    pub(crate) const fn plain(seed: u64) -> Self {
        Self { seed, users: 40, resent: 0.0, poison: 0.0, hot: 0.0 }
    }
}

/// What was sent, and what must be found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent {
    /// Acknowledged events: user and event id.
    pub(crate) acknowledged: BTreeSet<(String, String)>,
    /// Acknowledged records that hold no event.
    pub(crate) poison: BTreeSet<Position>,
    /// Acknowledged resends.
    pub(crate) resent: usize,
    /// Events of the hot user.
    pub(crate) hot: usize,
    /// Longest time that one record took to be acknowledged.
    pub(crate) slowest: Duration,
}

/// Sends.
pub(crate) struct Load {
    producer: FutureProducer,
    topic: String,
    traffic: Traffic,
    dice: ChaCha8Rng,
    next: usize,
    lately: BTreeMap<String, VecDeque<v1::Event>>,
    sent: Arc<Mutex<Sent>>,
}

enum Kind {
    Event(String, String),
    Resend,
    Poison,
}

struct Raw {
    key: Option<Vec<u8>>,
    value: Option<Vec<u8>>,
    content_type: Option<&'static str>,
    kind: Kind,
}

impl Load {
    pub(crate) fn new(config: &KafkaConfig, traffic: Traffic) -> Self {
        let producer = ClientConfig::new()
            .set("bootstrap.servers", &config.brokers)
            .set("partitioner", "murmur2_random")
            .set("enable.idempotence", "true")
            .set("delivery.timeout.ms", DELIVERY.as_millis().to_string())
            .set("linger.ms", "5")
            .set("reconnect.backoff.max.ms", "500")
            .create()
            .unwrap();
        Self {
            producer,
            topic: config.topic.clone(),
            traffic,
            dice: ChaCha8Rng::seed_from_u64(traffic.seed),
            next: 0,
            lately: BTreeMap::new(),
            sent: Arc::default(),
        }
    }

    pub(crate) fn sent(&self) -> Sent {
        lock(&self.sent).clone()
    }

    /// Sends `count` records and waits until all are acknowledged.
    pub(crate) async fn send(&mut self, count: usize) {
        let records: Vec<Raw> = (0..count).map(|_| self.next()).collect();
        let mut under_way = Vec::new();
        for raw in records {
            let (producer, topic) = (self.producer.clone(), self.topic.clone());
            let sent = Arc::clone(&self.sent);
            // Handed over in order, because a user's events have one; acknowledged in any.
            let mut record: FutureRecord<'_, [u8], [u8]> = FutureRecord::to(&topic);
            record.key = raw.key.as_deref();
            record.payload = raw.value.as_deref();
            record.headers = raw.content_type.map(|value| {
                OwnedHeaders::new().insert(Header { key: "content-type", value: Some(value) })
            });
            let begun = Instant::now();
            let delivery = producer.send_result(record).map_err(|(e, _)| e).unwrap();
            under_way.push(async move {
                let delivered = delivery.await.unwrap().map_err(|(e, _)| e).unwrap();
                let partition = u32::try_from(delivered.partition).unwrap();
                let position = Position::new(partition, u64::try_from(delivered.offset).unwrap());
                let mut sent = lock(&sent);
                sent.slowest = sent.slowest.max(begun.elapsed());
                match raw.kind {
                    Kind::Event(user, id) => {
                        sent.hot += usize::from(user == HOT);
                        sent.acknowledged.insert((user, id));
                    }
                    Kind::Resend => sent.resent += 1,
                    Kind::Poison => {
                        sent.poison.insert(position);
                    }
                }
            });
        }
        for one in under_way {
            one.await;
        }
    }

    /// Sends about `rate` records a second until told to stop, or until it fails.
    pub(crate) fn keep_on(mut self, rate: usize, stop: CancellationToken) -> JoinHandle<Self> {
        let mut tick = tokio::time::interval(Duration::from_millis(100));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        tokio::spawn(async move {
            while !stop.is_cancelled() {
                tick.tick().await;
                self.send((rate / 10).max(1)).await;
            }
            self
        })
    }

    fn next(&mut self) -> Raw {
        if self.dice.random_bool(self.traffic.poison) {
            return self.poison();
        }
        let again = if self.dice.random_bool(self.traffic.resent) { self.again() } else { None };
        let (event, kind) = match again {
            Some(event) => (event, Kind::Resend),
            None => {
                let event = self.fresh();
                let kind = Kind::Event(event.user_id.clone(), event.id.clone());
                (event, kind)
            }
        };
        Raw {
            key: Some(key(&event.user_id)),
            value: Some(serde_json::to_vec(&event).unwrap()),
            content_type: Some("application/json"),
            kind,
        }
    }

    fn fresh(&mut self) -> v1::Event {
        let mut event = event(&mut self.dice, self.next, self.traffic.users);
        self.next += 1;
        if self.dice.random_bool(self.traffic.hot) {
            event.user_id = HOT.to_owned();
        }
        let lately = self.lately.entry(event.user_id.clone()).or_default();
        lately.push_back(event.clone());
        if lately.len() > RESEND_WITHIN {
            lately.pop_front();
        }
        event
    }

    fn again(&mut self) -> Option<v1::Event> {
        let users: Vec<&String> = self.lately.keys().collect();
        let user = users.get(self.dice.random_range(0..users.len().max(1)))?;
        let events = &self.lately[*user];
        Some(events[self.dice.random_range(0..events.len())].clone())
    }

    fn poison(&mut self) -> Raw {
        let user = format!("user-{}", self.dice.random_range(0..self.traffic.users));
        let own = Some(key(&user));
        let foreign = br#"{"user_id": "somebody-else", "statement": {"text": "I prefer tea."}}"#;
        let (key, value, content_type): (_, Option<&[u8]>, _) = match self.dice.random_range(0..6) {
            0 => (own, Some(b"{\"user_id\": \"u"), Some("application/json")),
            1 => (None, Some(b"{\"statement\": {\"text\": \"I prefer tea.\"}}"), None),
            2 => (own, Some(foreign), None),
            3 => (own, Some(b"\xff\xfe\xfd"), Some("application/x-protobuf")),
            4 => (own, Some(b"hello"), Some("text/plain")),
            _ => (own, None, None),
        };
        Raw { key, value: value.map(<[u8]>::to_vec), content_type, kind: Kind::Poison }
    }
}

/// The user who makes the most noise.
pub(crate) const HOT: &str = "hot";

fn key(user: &str) -> Vec<u8> {
    format!("default\0{user}").into_bytes()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
