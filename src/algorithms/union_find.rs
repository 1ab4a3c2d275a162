//! Things that belong together, found pair by pair (union-find with path halving).

/// Groups of the numbers `0..count`; each group is known by its lowest member.
#[derive(Debug)]
pub struct UnionFind {
    parent: Vec<u32>,
}

impl UnionFind {
    /// Every number by itself.
    pub fn new(count: usize) -> Self {
        Self { parent: (0..count as u32).collect() }
    }

    /// The lowest member of the group.
    pub fn group(&mut self, mut member: u32) -> u32 {
        while self.parent[member as usize] != member {
            self.parent[member as usize] = self.parent[self.parent[member as usize] as usize];
            member = self.parent[member as usize];
        }
        member
    }

    /// Makes one group of the groups of the two.
    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.group(a), self.group(b));
        self.parent[a.max(b) as usize] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_known_by_their_lowest_member() {
        let mut groups = UnionFind::new(6);
        for (a, b) in [(4, 5), (1, 3), (5, 3)] {
            groups.join(a, b);
        }
        assert_eq!((0..6).map(|member| groups.group(member)).collect::<Vec<_>>(), [0, 1, 2, 1, 1, 1]);
    }
}
