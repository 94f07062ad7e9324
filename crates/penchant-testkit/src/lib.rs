//! Builders, conformance suites per port, faulty wrappers, and the oracle fold. A dev-dependency only.
