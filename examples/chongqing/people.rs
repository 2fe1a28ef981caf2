//! The people of the villages: how many, and how many households are on the register of the poor. Generated: no source has
//! them by village. Households have numbers, and nobody has a name.

use puhui::community::{VillageColumns, Villages};

use super::geography::{County, Geography, PoorCounty};
use crate::support::loan_book::Failure;
use crate::support::random::SplitMix64;

/// The people of one village.
pub struct VillagePeople {
    /// People.
    pub people: u64,
    /// Of them 15 years old or older.
    pub adults: u64,
    /// Households.
    pub households: u64,
    /// Of them on the register 建档立卡. Their numbers come first.
    pub registered: u64,
}

/// The people of all villages, in their order.
pub struct People {
    /// Village by village.
    pub villages: Vec<VillagePeople>,
    /// Households up to and with a village: all, and the registered.
    all: Vec<u64>,
    registered: Vec<u64>,
    /// How many registered households of a village have a microcredit already.
    served: Vec<u64>,
}

/// A household: the place of its village, and its number there, from 1.
#[derive(Clone, Copy)]
pub struct Household {
    /// The place of the village.
    pub village: usize,
    /// The number in the village.
    pub number: u64,
}

impl People {
    /// Settles the villages. The registered households come to about 481,000: 139,300 microcredits reached 28.94 % of them at
    /// the end of June 2019 (figures as published).
    pub fn settle(geography: &Geography, random: &mut SplitMix64) -> People {
        let mut people =
            People { villages: Vec::new(), all: Vec::new(), registered: Vec::new(), served: Vec::new() };
        for county in &geography.counties {
            let (poor, rich) = match county.class {
                PoorCounty::National => (95, 600),
                PoorCounty::Municipal => (60, 650),
                PoorCounty::No => (19, 700),
            };
            for _ in county.villages.clone() {
                let registered = poor * (50 + random.below(101)) / 100;
                let households = rich * (50 + random.below(101)) / 100;
                let members = households * (270 + random.below(81)) / 100;
                people.push(VillagePeople {
                    people: members,
                    adults: members * (76 + random.below(9)) / 100,
                    households,
                    registered,
                });
            }
        }
        people
    }

    fn push(&mut self, village: VillagePeople) {
        let sum = |sums: &[u64], count| sums.last().copied().unwrap_or(0) + count;
        self.all.push(sum(&self.all, village.households));
        self.registered.push(sum(&self.registered, village.registered));
        self.served.push(0);
        self.villages.push(village);
    }

    /// The register of the villages, without a county that is left out.
    pub fn register(&self, geography: &Geography, without: Option<u32>) -> puhui::Result<Villages<'static>> {
        let mut columns = VillageColumns::default();
        for (village, people) in geography.villages.iter().zip(&self.villages) {
            if without != Some(village.county) {
                columns.village.to_mut().push(village.code);
                columns.township.to_mut().push(village.township);
                columns.county.to_mut().push(village.county);
                columns.people.to_mut().push(people.people);
                columns.adults.to_mut().push(people.adults);
                columns.households.to_mut().push(people.households);
            }
        }
        Villages::new(columns)
    }

    /// The registered households of a county.
    pub fn registered_in(&self, county: &County) -> u64 {
        self.villages[county.villages.clone()].iter().map(|village| village.registered).sum()
    }

    /// Any household.
    pub fn any(&self, random: &mut SplitMix64) -> Household {
        draw(&self.all, random)
    }

    /// Any registered household.
    pub fn registered(&self, random: &mut SplitMix64) -> Household {
        draw(&self.registered, random)
    }

    /// A registered household that has no microcredit yet: a household has one at a time. Where a whole village has them, the
    /// first borrows again.
    pub fn unserved(&mut self, random: &mut SplitMix64) -> Household {
        let village = self.registered(random).village;
        let served = self.served[village];
        self.served[village] = (served + 1) % self.villages[village].registered.max(1);
        Household { village, number: served + 1 }
    }
}

fn draw(sums: &[u64], random: &mut SplitMix64) -> Household {
    let ticket = random.below(sums.last().copied().unwrap_or(0));
    let village = sums.partition_point(|sum| *sum <= ticket);
    let before = village.checked_sub(1).map_or(0, |before| sums[before]);
    Household { village, number: ticket - before + 1 }
}

/// The number of a household: its village's, and its own in the village.
pub fn household_id(village: u64, number: u64) -> Result<u64, Failure> {
    Ok(village.checked_mul(10_000).and_then(|id| id.checked_add(number)).ok_or("a household's number")?)
}
