//! How fast the machine is, for figures that have no raw store to be compared with.

use std::hint::black_box;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

/// Hashed at once.
static MIB: [u8; 1 << 20] = [0x5a; 1 << 20];
/// The best of so many tries, each of so long: what else runs makes a try slower, never faster.
const TRIES: usize = 8;
const TRY: Duration = Duration::from_millis(50);

/// How many MiB one core hashes a second (SHA-256).
pub(crate) fn mib_hashed() -> f64 {
    let mut best = 0.0_f64;
    for _ in 0..TRIES {
        let (began, mut hashed) = (Instant::now(), 0.0);
        while began.elapsed() < TRY {
            black_box(Sha256::digest(black_box(&MIB)));
            hashed += 1.0;
        }
        best = best.max(hashed / began.elapsed().as_secs_f64());
    }
    best
}
