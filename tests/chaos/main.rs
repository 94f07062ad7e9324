//! What breaks, and what must hold all the same. Seeded; each test prints its figures and proves
//! that its fault fired.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod kill;
