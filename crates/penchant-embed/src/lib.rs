//! Embedders: MiniLM in process, a remote API, and a lexical fallback; cache and batching.
