//! The read path: embed, nearest, aggregate, budget, rank.
