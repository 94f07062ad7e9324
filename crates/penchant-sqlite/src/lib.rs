//! Embedded event log and preference store in SQLite.
