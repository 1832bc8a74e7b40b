//! How fast one person is evaluated.

fn main() {
    divan::main();
}
