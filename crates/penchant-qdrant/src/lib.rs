//! The preference store on Qdrant; the only crate that names qdrant-client.
