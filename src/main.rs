//! The program: everything it can do is in `fireplan-cli`.

fn main() -> std::process::ExitCode {
    fireplan_cli::main()
}
