//! Forms of an account's team.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::{Post, id};
use crate::request::Seed;
use backend::Error;
use domain::ids::{AccountId, InvitationId, UserId};
use leptos::prelude::*;

const PAGE: &str = "/settings/team";

/// Invites somebody to the team.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "invite-member")]
pub async fn invite_member(
    #[server(default)] email: String,
    #[server(default)] role: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let invited = async { post.request.backend.invite_member(post.viewer()?, &email, &role).await };
    let typed = [("email", email.as_str()), ("role", &role)];
    post.settle(invited.await, "The invitation is on its way.", PAGE, "invite", &typed).await
}

/// Takes an invitation back.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "take-back-invitation")]
pub async fn take_back_invitation(#[server(default)] invitation: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let taken =
        async { post.request.backend.take_back_invitation(post.viewer()?, id::<InvitationId>(&invitation)?).await };
    post.settle(taken.await, "The invitation is taken back.", PAGE, "members", &[]).await
}

/// Changes a member's role.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "member-role")]
pub async fn member_role(
    #[server(default)] member: String,
    #[server(default)] role: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let set = async { post.request.backend.set_member_role(post.viewer()?, id::<UserId>(&member)?, &role).await };
    post.settle(set.await, "The role is changed.", PAGE, &format!("role_{member}"), &[("role", &role)]).await
}

/// Takes a member out of the team, or leaves it.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "member-remove")]
pub async fn member_remove(#[server(default)] member: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let leaves = post.viewer().is_ok_and(|viewer| viewer.user.to_string() == member);
    let removed = async { post.request.backend.remove_member(post.viewer()?, id::<UserId>(&member)?).await };
    match removed.await {
        Ok(()) if leaves => post.done("You left the team.", "/home").await,
        removed => post.settle(removed, "They are not in the team any more.", PAGE, "members", &[]).await,
    }
}

/// Joins a team, or declines.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "answer-team-invitation")]
pub async fn answer_team_invitation(
    #[server(default)] invitation: String,
    #[server(default)] answer: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let joins = answer == "join";
    let answered = async {
        let (request, viewer) = (&post.request, post.viewer()?);
        let account = request.backend.answer_team_invitation(viewer, id::<InvitationId>(&invitation)?, joins).await?;
        if joins {
            // The viewer of this request is from before they joined.
            let viewer = request.backend.visitor(&request.session).await?.ok_or(Error::NotFound)?;
            request.backend.work_for(&request.session, &viewer, account).await?;
        }
        Ok(())
    };
    match answered.await {
        Ok(()) if joins => post.done("Welcome to the team. You work for this account now.", "/home").await,
        answered => post.settle(answered, "The invitation is declined.", "/invitations", "answer", &[]).await,
    }
}

/// Chooses the account to work for.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "work-for")]
pub async fn work_for(#[server(default)] account: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let chosen = async {
        let request = &post.request;
        request.backend.work_for(&request.session, post.viewer()?, id::<AccountId>(&account)?).await
    };
    match chosen.await {
        Ok(()) => {
            post.go("/home");
            Ok(())
        }
        Err(error) => post.refuse(error, "/home", "work_for", &[]).await,
    }
}
