//! Shortest paths within a budget, from many sources at once.
