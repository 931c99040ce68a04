//! Why a command is refused, in words a person understands. A refusal changes nothing.

use super::{CommandKind, Guard, Role, Status};

/// A refused command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    /// Nobody can do this in the present status.
    WrongStatus {
        /// What was asked.
        command: CommandKind,
        /// Where the order stands.
        status: Status,
    },
    /// Somebody else may do this now.
    WrongActor {
        /// What was asked.
        command: CommandKind,
        /// Who may.
        may: Vec<Role>,
    },
    /// The member's role in the account lets them look only.
    ReadOnly,
    /// A condition does not hold.
    Guard(Guard),
}

impl std::error::Error for Denied {}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::WrongStatus { command, status } => {
                write!(f, "This order is {status}, so nobody can {} now.", command.words())
            }
            Self::WrongActor { command, may } => {
                let names: Vec<&str> = may.iter().map(|role| role.words()).collect();
                write!(f, "Only {} can {} now.", names.join(" or "), command.words())
            }
            Self::ReadOnly => f.write_str(
                "Your role in this account lets you look at orders, not act on them. Ask an owner of the account.",
            ),
            Self::Guard(guard) => f.write_str(guard.refusal()),
        }
    }
}
