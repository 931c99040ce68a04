//! The mails about a milestone project.

use super::letter::Letter;
use crate::Backend;
use domain::Money;
use domain::ids::ProjectId;
use domain::order::Role;
use serde::{Deserialize, Serialize};

/// What a mail about a project tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectNotice {
    /// The other side started it.
    Started,
    /// The buyer added a milestone.
    MilestoneAdded,
    /// The milestone before it ended, so the buyer may pay this one.
    MayBePaid,
    /// The seller asks for a change.
    ChangeAsked,
    /// The buyer made a change that the seller asked for.
    ChangeApplied,
    /// The buyer declined a change that the seller asked for.
    ChangeDeclined,
    /// The buyer closed it.
    Completed,
    /// The buyer cancelled it.
    Cancelled,
}

/// A mail about one project to one of its parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectMail {
    /// What it tells.
    pub notice: ProjectNotice,
    /// The reader's part.
    pub to_role: Role,
    /// The project.
    pub project: ProjectId,
    /// What it is called.
    pub name: String,
    /// Name of the other side.
    pub counterpart: String,
    /// The milestone it is about.
    pub milestone: Option<String>,
    /// What the milestone costs.
    pub amount: Option<Money>,
    /// What the project is about, or why a change is asked for.
    pub text: Option<String>,
}

impl ProjectMail {
    /// The path of the project's page.
    pub(crate) fn path(&self) -> String {
        format!("/projects/{}", self.project)
    }

    /// The mail in two lines, as it stands among the reader's notifications.
    pub(crate) fn in_short(&self) -> (String, String) {
        let (subject, says, ..) = self.words();
        (format!("{}: {subject}", self.name), says)
    }

    pub(super) fn letter(&self, backend: &Backend) -> Letter {
        let (subject, says, button) = self.words();
        Letter::new(format!("{}: {subject}", self.name), self.name.clone())
            .say(says)
            .quote(&self.counterpart, self.text.as_deref())
            .button(button, backend.url(&self.path()))
            .footer("You get this mail because you are part of this project. Opening the link changes nothing; sign in with this address, or sign up with it.")
    }

    /// Subject, what it means, and the words of the button.
    fn words(&self) -> (String, String, &'static str) {
        let by = &self.counterpart;
        let milestone = self.milestone.as_deref().unwrap_or("a milestone");
        let amount = self.amount.map(|amount| format!(", {amount}")).unwrap_or_default();
        match (self.notice, self.to_role) {
            (ProjectNotice::Started, Role::Buyer) => (
                format!("{by} started a project with you"),
                "You plan the milestones and pay them one after the other into escrow; each is released when you accept it.".to_owned(),
                "Plan the milestones",
            ),
            (ProjectNotice::Started, _) => (
                format!("{by} started a project with you"),
                "The buyer plans the milestones and pays them one after the other into escrow; you are paid for each that is accepted.".to_owned(),
                "See the project",
            ),
            (ProjectNotice::MilestoneAdded, _) => (
                format!("“{milestone}” was added"),
                format!("{by} added the milestone “{milestone}”{amount}. Begin when you are told that it is paid."),
                "See the project",
            ),
            (ProjectNotice::MayBePaid, _) => (
                format!("“{milestone}” can be paid now"),
                format!("The milestone before it is completed. Pay “{milestone}”{amount} into escrow, and {by} begins."),
                "Pay the next milestone",
            ),
            (ProjectNotice::ChangeAsked, _) => (
                format!("{by} asks for a change"),
                format!("It is about “{milestone}”. It takes effect only if you make it."),
                "Look at the change",
            ),
            (ProjectNotice::ChangeApplied, _) => (
                "your change was made".to_owned(),
                format!("{by} made the change you asked for in “{milestone}”."),
                "See the project",
            ),
            (ProjectNotice::ChangeDeclined, _) => (
                "your change was declined".to_owned(),
                format!("{by} declined the change you asked for in “{milestone}”. The milestones stay as they are."),
                "See the project",
            ),
            (ProjectNotice::Completed, _) => (
                "the project is completed".to_owned(),
                format!("{by} closed it. Every milestone ended."),
                "See the project",
            ),
            (ProjectNotice::Cancelled, _) => (
                "the project is cancelled".to_owned(),
                format!("{by} cancelled it. What was not paid falls away; what was paid stays as it ended."),
                "See the project",
            ),
        }
    }
}
