//! Gateways and a learner in processes of their own, over Kafka and Qdrant.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use penchant_proto::v1;
use penchant_tests::app::App;
use penchant_tests::kafka::Kafka;
use penchant_tests::qdrant::Qdrant;
use rdkafka::ClientConfig;
use rdkafka::producer::{FutureProducer, FutureRecord};

/// Topics and a collection that no other test uses.
pub(crate) fn configuration(folder: &Path, name: &str) -> PathBuf {
    let name = format!("{name}-{}", std::process::id());
    let (brokers, url) = (Kafka::shared().address(), Qdrant::shared().url());
    let text = format!(
        "[log]\nkind = \"kafka\"\n[log.kafka]\nbrokers = \"{brokers}\"\n\
         topic = \"{name}.events\"\ndead_letter_topic = \"{name}.dead\"\ngroup = \"{name}\"\n\
         partitions = 3\n[store]\nkind = \"qdrant\"\n[store.qdrant]\nurl = \"{url}\"\n\
         collection = \"{name}\"\ntimeout = \"20s\"\nallow_old_server = true\n"
    );
    let path = folder.join("penchant.toml");
    std::fs::write(&path, text).unwrap();
    path
}

pub(crate) fn start(folder: &Path, config: &Path, role: &str) -> App {
    let config = config.to_str().unwrap();
    App::start_with(folder, &["--config", config, "--roles", role])
}

pub(crate) fn position(said: &str) -> String {
    said.trim().rsplit(' ').next().unwrap().to_owned()
}

async fn metrics(app: &App) -> String {
    reqwest::get(format!("{}/metrics", app.http)).await.unwrap().text().await.unwrap()
}

/// The value of the series that begin like this, added up.
fn sum(metrics: &str, series: &str) -> f64 {
    let values = metrics.lines().filter(|line| line.starts_with(series));
    values.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_gateway_records_another_one_serves_once_a_learner_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let config = configuration(folder.path(), "split");
    let one = start(folder.path(), &config, "gateway");
    let other = start(folder.path(), &config, "gateway");
    // Nobody learns yet: what was recorded waits on the log.
    let said = one.said(&["record", "--user", "ada", "--statement", "I prefer aisle seats."]);
    // Who asks for its effect all the same is told how far the memory is, before the deadline.
    let at = position(&said);
    let (partition, offset) = at.split_once(':').unwrap();
    let (partition, offset) = (partition.parse().unwrap(), offset.parse().unwrap());
    let mut request = tonic::Request::new(v1::RetrieveRequest {
        user_id: "ada".to_owned(),
        min_position: Some(v1::Position { partition, offset }),
        ..v1::RetrieveRequest::default()
    });
    request.set_timeout(Duration::from_secs(2));
    let behind = other.preferences().await.retrieve(request).await.unwrap_err();
    assert_eq!(behind.code(), tonic::Code::Unavailable, "{behind}");
    let words = format!("position {at} has not taken effect yet");
    assert!(behind.message().starts_with(&words), "{behind}");

    let learner = start(folder.path(), &config, "learner");
    let ask = |app: &App, context: &str, position: &str| {
        app.said(&["retrieve", "--user", "ada", "--context", context, "--min-position", position])
    };
    let answer = ask(&other, "seats on a flight", &position(&said));
    assert!(answer.contains("aisle seats"), "{answer}");

    // An app that speaks to the topic itself, in JSON; and one that does it wrong.
    let producer: FutureProducer = ClientConfig::new()
        .set("bootstrap.servers", Kafka::shared().address())
        .set("partitioner", "murmur2_random")
        .create()
        .unwrap();
    let topic = format!("split-{}.events", std::process::id());
    let send = async |value: &str| {
        let record = FutureRecord::to(&topic).key("default\0ada").payload(value);
        let sent = producer.send(record, Duration::from_secs(20)).await.unwrap();
        format!("{}:{}", sent.partition, sent.offset)
    };
    send("{\"statement\": ").await;
    let at = send(r#"{"id": "direct", "statement": {"text": "I prefer oat milk."}}"#).await;
    let answer = ask(&other, "milk in the coffee", &at);
    assert!(answer.contains("oat milk"), "{answer}");
    let seen = metrics(&learner).await;
    assert_eq!(sum(&seen, "penchant_log_dead_letters_total"), 1.0, "{seen}");
    assert_eq!(sum(&seen, "penchant_learn_batch_records_sum"), 3.0, "{seen}");
    assert!(sum(&seen, "penchant_learn_stage_seconds_count{stage=\"commit\"}") >= 1.0, "{seen}");
    assert_eq!(sum(&seen, "penchant_learn_restarts_total"), 0.0, "{seen}");

    // What was put aside is listed with its reason, shown, and put on the log again as it was.
    let command = |arguments: &[&str]| {
        let config = ["--embedder", "lexical", "--config", config.to_str().unwrap()];
        let output = std::process::Command::new(penchant_tests::app::binary())
            .arg("dead-letters")
            .args(arguments)
            .args(config)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let listed: serde_json::Value = serde_json::from_str(&command(&["list", "--json"])).unwrap();
    assert_eq!(listed["total"], 1, "{listed}");
    assert_eq!(listed["dead_letters"][0]["reason"], "malformed", "{listed}");
    let place = listed["dead_letters"][0]["position"].as_str().unwrap();
    let shown = command(&["show", place]);
    assert!(shown.contains(r#""{\"statement\": ""#), "{shown}");
    assert!(command(&["redrive", place]).contains("1 on the log again"));

    // In order: what was in effect is in effect for the next learner, nothing comes twice.
    let at = send(r#"{"id": "later", "statement": {"text": "I prefer rye bread."}}"#).await;
    ask(&one, "bread", &at);
    assert_eq!(sum(&metrics(&learner).await, "penchant_log_dead_letters_total"), 2.0);
    assert_eq!(learner.stop(), Some(0));
    let learner = start(folder.path(), &config, "learner");
    let said = one.said(&["record", "--user", "ada", "--statement", "I prefer window seats."]);
    ask(&one, "seats", &position(&said));
    let seen = metrics(&learner).await;
    assert_eq!(sum(&seen, "penchant_learn_duplicates_total"), 0.0, "{seen}");
    assert_eq!(sum(&seen, "penchant_learn_batch_records_sum"), 1.0, "{seen}");
    let status: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&one.said(&["status", "--json"])).unwrap();
    assert!(one.said(&["status"]).contains("learner   in another process"));
    let learning = reqwest::get(format!("{}/v1/status", learner.http)).await.unwrap();
    let learning = learning.json::<serde_json::Value>().await.unwrap()["learner"].clone();
    assert_eq!(learning["lanes"], serde_json::json!([0, 1, 2]), "{learning}");
    assert_eq!((&learning["records"], &learning["restarts"]), (&"1".into(), &"0".into()));
    assert!(learning["commit_seconds"].as_f64().unwrap() > 0.0, "{learning}");
    assert_eq!((status["log"].as_str(), status["store"].as_str()), (Some("kafka"), Some("qdrant")));
}

#[test]
fn check_says_what_is_wrong_with_each_connection() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("away.toml");
    let text = "[log]\nkind = \"kafka\"\n[log.kafka]\nbrokers = \"127.0.0.1:1\"\n\
                [store]\nkind = \"qdrant\"\n[store.qdrant]\nurl = \"http://127.0.0.1:1\"\n";
    std::fs::write(&path, text).unwrap();
    let output = std::process::Command::new(penchant_tests::app::binary())
        .args(["check", "--embedder", "lexical", "--config", path.to_str().unwrap()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("log: Kafka at 127.0.0.1:1"), "{said}");
    assert!(said.contains("store: Qdrant at http://127.0.0.1:1"), "{said}");
}
