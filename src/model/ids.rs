//! Ids: which road, segment, station or town is meant. Each kind of thing has a type of its own, so that the number of
//! one is never taken for the number of another.
//!
//! An id is a place in an order that is fixed once the area is open: rows of a layer in the order of their file, segments
//! and nodes in the order of the [network](crate::network).

/// What all ids can do: for code that serves whatever its caller numbers.
pub trait Id: Copy + Ord + From<u32> + Into<u32> + Send + Sync + std::fmt::Debug + 'static {}

/// Declares id types: `ids! { /** What it numbers. */ ThingId, }`.
#[macro_export]
macro_rules! ids {
    ($( $(#[$doc:meta])* $name:ident, )*) => { $(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        pub struct $name(pub u32);

        impl $name {
            /// The id of what stands at this place of its list.
            pub fn at(index: usize) -> Self {
                Self(index as u32)
            }

            /// The place in its list.
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The ids of a list of so many.
            pub fn first(count: usize) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
                (0..count as u32).map(Self)
            }
        }

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                Self(number)
            }
        }

        impl From<$name> for u32 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl $crate::ids::Id for $name {}

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )* };
}

ids! {
    /// A row of the layer of obstacles.
    ObstacleId,
    /// A junction or road end of the [`Network`](crate::network::Network).
    NodeId,
    /// A [`Segment`](crate::network::Segment) of the network.
    SegmentId,
    /// A direction of a segment.
    ArcId,
    /// A part of the network that motor vehicles can drive from end to end; see [`Segment`](crate::network::Segment).
    ComponentId,
    /// A row of the roads layer.
    RoadId,
    /// A row of the stations layer.
    StationId,
    /// A row of the towns layer.
    TownId,
    /// A row of the villages layer.
    VillageId,
    /// A row of the hydrants layer.
    HydrantId,
    /// A row of the water sources layer.
    WaterSourceId,
    /// A row of the layer of built-up areas.
    BuiltUpId,
    /// A row of the forests layer.
    ForestId,
}

impl SegmentId {
    /// The direction from its first node to its last.
    pub fn along(self) -> ArcId {
        ArcId(2 * self.0)
    }

    /// The direction from its last node to its first.
    pub fn against(self) -> ArcId {
        ArcId(2 * self.0 + 1)
    }

    /// Both directions, the one along its line first.
    pub fn arcs(self) -> [ArcId; 2] {
        [self.along(), self.against()]
    }
}

impl ArcId {
    /// The segment that it is a direction of.
    pub fn segment(self) -> SegmentId {
        SegmentId(self.0 / 2)
    }

    /// Whether it runs from the first node of its segment to the last.
    pub fn is_along(self) -> bool {
        self.0.is_multiple_of(2)
    }

    /// The other direction of the same segment.
    pub fn reversed(self) -> Self {
        Self(self.0 ^ 1)
    }
}
