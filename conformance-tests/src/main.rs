//! `conformance-tests`: see the library's documentation and `--help`.

fn main() -> std::process::ExitCode {
    conformance_tests::cli::main()
}
