//! `holdfast admin`.

use crate::world::WorldOptions;
use anyhow::{Context, Result};
use backend::Error;
use backend::service::staff::NewStaff;
use clap::{Subcommand, ValueEnum};
use domain::permission::StaffRole;
use std::io::{BufRead, stdin};

/// Platform staff and accounts.
#[derive(Debug, Subcommand)]
pub(super) enum Admin {
    /// Make a member of staff; the password comes from `HOLDFAST_ADMIN_PASSWORD`, or else from standard input
    Create {
        /// E-mail address, used to sign in.
        #[arg(long)]
        email: String,
        /// The person's name.
        #[arg(long)]
        name: String,
        /// What they are.
        #[arg(long)]
        role: Role,
    },
    /// Turn somebody's two-factor sign-in off who lost their authenticator and the recovery codes
    ResetSecondFactor {
        /// E-mail address they sign in with.
        #[arg(long)]
        email: String,
    },
    /// Mark an account's identity as verified, which its first payout needs
    VerifyIdentity {
        /// The account's number.
        #[arg(long)]
        account: i64,
    },
}

/// Roles of staff.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Role {
    /// Accounts, payout desk, settings.
    Administrator,
    /// Rules on disputes.
    DisputeManager,
}

impl Admin {
    /// Does it, or says why not.
    pub(super) async fn run(self, world: &WorldOptions) -> Result<()> {
        let backend = world.backend(world.connect().await?, "http://localhost").await?;
        match self {
            Self::Create { email, name, role } => {
                let role = match role {
                    Role::Administrator => StaffRole::Administrator,
                    Role::DisputeManager => StaffRole::DisputeManager,
                };
                let staff = NewStaff { email, name, password: password()?.into(), role };
                backend.create_staff(staff).await.map_err(readable)?;
                println!("made");
            }
            Self::ResetSecondFactor { email } => {
                backend.reset_second_factor(&email).await.map_err(readable)?;
                println!("off");
            }
            Self::VerifyIdentity { account } => {
                backend.verify_identity(account).await.map_err(readable)?;
                println!("verified");
            }
        }
        Ok(())
    }
}

fn password() -> Result<String> {
    if let Ok(password) = std::env::var("HOLDFAST_ADMIN_PASSWORD") {
        return Ok(password);
    }
    eprintln!("Password, then Enter:");
    let mut line = String::new();
    stdin().lock().read_line(&mut line).context("no password was given")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Names every refused field, where that is what happened.
fn readable(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(fields) => {
            let lines: Vec<String> = fields.iter().map(ToString::to_string).collect();
            anyhow::anyhow!(lines.join("\n"))
        }
        other => other.into(),
    }
}
