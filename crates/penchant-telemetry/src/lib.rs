//! Metric names as an enum, typed happenings, tracing set-up.
