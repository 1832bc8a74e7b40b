//! Who has how many points, in order.

use serde::Serialize;

/// A place on a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// From 1 on; who has as many points as another has the same.
    pub rank: u64,
    /// The person's id.
    pub person: String,
    /// What to call them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their points.
    pub points: u64,
    /// The level they have reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}

/// Puts places in order, whatever their rank was: by points, those with as many by id. Without points, no place.
pub fn board(mut places: Vec<Place>) -> Vec<Place> {
    places.retain(|place| place.points > 0);
    places.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.person.cmp(&b.person)));
    let mut last = (0, 0);
    for (index, place) in places.iter_mut().enumerate() {
        if place.points != last.1 {
            last = (index as u64 + 1, place.points);
        }
        place.rank = last.0;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_as_many_points_has_the_same_rank() {
        let place = |person: &str, points| Place {
            rank: 0,
            person: person.to_owned(),
            name: None,
            points,
            level: None,
        };
        let places = vec![
            place("dee", 5),
            place("ann", 10),
            place("eve", 0),
            place("cy", 10),
            place("bob", 20),
        ];
        let ranks: Vec<(u64, String)> = board(places)
            .into_iter()
            .map(|place| (place.rank, place.person))
            .collect();
        let expected = [(1, "bob"), (2, "ann"), (2, "cy"), (4, "dee")];
        assert_eq!(ranks, expected.map(|(rank, person)| (rank, person.to_owned())));
    }
}
