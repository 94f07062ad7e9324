//! What can be wrong with a configuration without anything being reached.

use std::net::SocketAddr;

use super::{Config, EmbedderKind, LogKind, Role, StoreKind};
use crate::parts;

/// All problems there are, not just the first.
pub(super) fn problems(config: &Config) -> Vec<String> {
    let mut problems = Vec::new();
    let mut must = |holds: bool, problem: &str| {
        if !holds {
            problems.push(problem.to_owned());
        }
    };
    let open = |address: &SocketAddr| !address.ip().is_loopback();
    must(!config.server.roles.is_empty(), "server.roles: name at least one role");
    must(
        !(config.auth.tokens.is_empty()
            && (open(&config.server.grpc) || open(&config.server.http))),
        "server.grpc, server.http: binding anything but loopback requires auth.tokens",
    );
    must(config.server.max_concurrent > 0, "server.max_concurrent: must be at least 1");
    must(config.learner.max_batch > 0, "learner.max_batch: must be at least 1");
    must(config.learner.cached_users > 0, "learner.cached_users: must be at least 1");
    must(config.memory.max_live > 0, "memory.max_live: must be at least 1");
    must(
        (1..=penchant_core::limits::MAX_K).contains(&config.retrieve.k),
        "retrieve.k: must be 1 to 100",
    );
    must(
        (16..=penchant_core::limits::MAX_SUMMARY_TOKENS).contains(&config.retrieve.max_tokens),
        "retrieve.max_tokens: must be 16 to 8192",
    );
    must(
        config.retrieve.population_every.0 >= std::time::Duration::from_secs(1),
        "retrieve.population_every: must be at least 1s",
    );
    must(
        config.embedder.kind != EmbedderKind::Remote || !config.embedder.remote.base_url.is_empty(),
        "embedder.remote.base_url: needed when embedder.kind is remote",
    );
    config.llm.problems().iter().for_each(|problem| must(false, problem));
    log_and_store(config, &mut must);
    for (at, token) in config.auth.tokens.iter().enumerate() {
        let hex = token.sha256.len() == 64 && token.sha256.chars().all(|c| c.is_ascii_hexdigit());
        must(hex, &format!("auth.tokens[{at}].sha256: must be 64 hexadecimal digits"));
        if let Err(reason) = penchant_core::TenantId::try_new(&token.tenant) {
            must(false, &format!("auth.tokens[{at}].tenant: {reason}"));
        }
    }
    problems
}

fn log_and_store(config: &Config, must: &mut impl FnMut(bool, &str)) {
    let (log, store) = (config.log.kind, config.store.kind);
    if log == LogKind::Kafka {
        let brokers = &config.log.kafka.brokers;
        must(!brokers.trim().is_empty(), "log.kafka.brokers: needed when log.kind is kafka");
        let mut kafka = parts::kafka_config(config);
        if brokers.trim().is_empty() {
            // Said above; the rest is to be said too.
            kafka.brokers = "none:0".to_owned();
        }
        if let Err(error) = kafka.validate() {
            let listed = error.message.strip_prefix("kafka: ").unwrap_or(&error.message);
            listed.split("; ").for_each(|one| must(false, &format!("log.kafka: {one}")));
        }
    }
    if store == StoreKind::Qdrant {
        let qdrant = &config.store.qdrant;
        let web = |url: &str| url.starts_with("http://") || url.starts_with("https://");
        must(
            web(&qdrant.url),
            "store.qdrant.url: needed when store.kind is qdrant, like http://127.0.0.1:6334",
        );
        must(!qdrant.collection.is_empty(), "store.qdrant.collection: needs a name");
        must(!qdrant.timeout.0.is_zero(), "store.qdrant.timeout: must be longer than 0");
    }
    // What lives in a folder belongs to one process: a gateway alone would wait for a learner that
    // can never open the folder, and a learner alone would fill a folder that nobody can read.
    let roles = &config.server.roles;
    let whole = [Role::Gateway, Role::Learner].iter().all(|role| roles.contains(role));
    if !whole && !roles.is_empty() {
        must(
            log != LogKind::Embedded,
            "log.kind, server.roles: the embedded log serves one process only; run gateway and \
             learner together, or set log.kind = \"kafka\"",
        );
        must(
            store != StoreKind::Embedded,
            "store.kind, server.roles: the embedded store serves one process only; run gateway \
             and learner together, or set store.kind = \"qdrant\"",
        );
    }
}
