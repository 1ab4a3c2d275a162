//! The parts of the plans that a branch and bound has left, the one with the highest bound next; of equal bounds the one that was
//! made last.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A part with its bound.
pub(super) struct Node<T> {
    /// No plan of the part is better.
    pub bound: u64,
    number: u64,
    pub part: T,
}

/// The parts left.
pub(super) struct BestFirst<T> {
    nodes: BinaryHeap<Node<T>>,
    made: u64,
}

impl<T> BestFirst<T> {
    /// The whole, of which no bound is known.
    pub(super) fn of_whole(whole: T) -> Self {
        let mut parts = Self { nodes: BinaryHeap::new(), made: 0 };
        parts.push(u64::MAX, whole);
        parts
    }

    pub(super) fn push(&mut self, bound: u64, part: T) {
        self.nodes.push(Node { bound, number: self.made, part });
        self.made += 1;
    }

    pub(super) fn pop(&mut self) -> Option<Node<T>> {
        self.nodes.pop()
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }
}

impl<T> Ord for Node<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.bound, self.number).cmp(&(other.bound, other.number))
    }
}

impl<T> PartialOrd for Node<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Node<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Node<T> {}
