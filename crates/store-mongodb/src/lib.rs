//! What is kept, on a MongoDB replica set.
