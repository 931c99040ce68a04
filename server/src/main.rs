//! The binary `holdfast`.

use clap::Parser;
use server::cli::Cli;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = server::telemetry::start(&cli.log) {
        eprintln!("holdfast: {error:#}");
        return ExitCode::from(2);
    }
    match cli.run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("holdfast: {error:#}");
            ExitCode::FAILURE
        }
    }
}
