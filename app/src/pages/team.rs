//! The team of an account, and the invitations of a person.

use crate::components::shell::Shell;
use crate::components::{empty, icon, when};
use crate::form::{Field, Form, hidden};
use crate::page::{Page, Visit};
use backend::Result;
use backend::service::team::{Action, Change, Invited, Member, Team, TeamInvitation};
use domain::clock_text::Zone;
use domain::permission::MemberRole;
use leptos::prelude::*;

/// The members, the invitations and what changed.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    if !viewer.verified {
        return Ok(Page::redirect("/check-mail"));
    }
    let team = request.backend.team(viewer).await?;
    let members = team.members.iter().map(|each| member(each, &team, &visit)).collect_view();
    let open = (!team.invitations.is_empty()).then(|| {
        let rows = team.invitations.iter().map(|each| invited(each, team.may_change, request.zone)).collect_view();
        view! { <section aria-labelledby="open"><h2 id="open">"Invited"</h2><ul class="rows">{rows}</ul></section> }
    });
    let history = (!team.history.is_empty()).then(|| {
        let rows = team.history.iter().map(|each| change(each, request.zone)).collect_view();
        view! { <section aria-labelledby="history"><h2 id="history">"What changed"</h2><ul class="rows">{rows}</ul></section> }
    });
    let lede = format!("Who works for {}, and what each may do.", team.account);
    let body = view! {
        <div class="page-head"><h1>"Team"</h1><p class="lede">{lede}</p></div>
        <section aria-labelledby="members"><h2 id="members">"Members"</h2><ul class="rows">{members}</ul></section>
        {open}
        {team.may_change.then(|| invite(&visit))}
        <section aria-labelledby="roles"><h2 id="roles">"What each role may do"</h2><dl class="facts">{MemberRole::ALL.into_iter().map(|role| view! { <div><dt>{role.words()}</dt><dd>{role.purpose()}</dd></div> }).collect_view()}</dl></section>
        {history}
    };
    Ok(Page::new("Team", Shell::Work("/settings/team"), body))
}

fn member(member: &Member, team: &Team, visit: &Visit) -> AnyView {
    let user = member.user.to_string();
    let form = Form::of(&visit.flash, &format!("role_{user}")).or("role", member.role.key());
    let whose = format!(" of {}", member.name);
    let role = if team.may_change {
        let (options, id) = (roles(&form.value("role")), format!("role-{user}"));
        view! {
            <form method="post" action="/do/member-role" class="inline">
                {hidden("member", user.clone())}
                <label class="unseen" for=id.clone()>{format!("Role{whose}")}</label>
                <select id=id name="role">{options}</select>
                <button class="button">"Change"<span class="unseen">{format!(" the role{whose}")}</span></button>
            </form>
        }
        .into_any()
    } else {
        view! { <span class="tag">{member.role.words()}</span> }.into_any()
    };
    let verb = if member.you { "Leave" } else { "Remove" };
    let remove = (member.you || team.may_change).then(|| {
        let name = format!(" {}", if member.you { "the team".to_owned() } else { member.name.clone() });
        view! {
            <form method="post" action="/do/member-remove">{hidden("member", user)}<button class="button quiet">{verb}<span class="unseen">{name}</span></button></form>
        }
    });
    let you = member.you.then(|| view! { " "<span class="tag">"You"</span> });
    view! {
        <li>{icon("user")}<div class="what"><b>{member.name.clone()}</b>{you}<p>{member.email.clone()}", since "{when(member.since, visit.request.zone)}</p></div><div class="actions">{role}{remove}</div></li>
    }
    .into_any()
}

fn invited(invitation: &TeamInvitation, may_change: bool, zone: Zone) -> AnyView {
    let whose = format!(" the invitation of {}", invitation.email);
    let back = may_change.then(|| {
        view! {
            <form method="post" action="/do/take-back-invitation">{hidden("invitation", invitation.id.to_string())}<button class="button">"Take back"<span class="unseen">{whose}</span></button></form>
        }
    });
    view! {
        <li>{icon("mail")}<div class="what"><b>{invitation.email.clone()}</b><p>{invitation.role.words()}", until "{when(invitation.expires_at, zone)}</p></div>{back}</li>
    }
    .into_any()
}

fn invite(visit: &Visit) -> AnyView {
    let form = Form::of(&visit.flash, "invite").or("role", MemberRole::Support.key());
    let invalid = form.error("role").is_some().then_some("true");
    view! {
        <section aria-labelledby="invite"><h2 id="invite">"Invite somebody"</h2>
            <form method="post" action="/do/invite-member" class="form" novalidate>
                {form.summary()}
                {Field { kind: "email", hint: "They sign in, or sign up, with this address.", ..Field::text("email", "E-mail") }.show(&form)}
                <div class="field"><label for="role">"Role"</label>
                    <select id="role" name="role" aria-invalid=invalid aria-describedby=form.described_by("role", false)>{roles(&form.value("role"))}</select>
                    {form.error_line("role")}
                </div>
                <div class="actions"><button class="button primary">"Send the invitation"</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn roles(chosen: &str) -> AnyView {
    let option =
        |role: MemberRole| view! { <option value=role.key() selected=role.key() == chosen>{role.words()}</option> };
    MemberRole::ALL.into_iter().map(option).collect_view().into_any()
}

fn change(change: &Change, zone: Zone) -> AnyView {
    let (by, subject) = (&change.by, &change.subject);
    let role = change.role.map(|role| role.words().to_lowercase()).unwrap_or_default();
    let what = match change.action {
        Action::Invited => format!("{by} invited {subject} as {role}"),
        Action::TookBack => format!("{by} took the invitation of {subject} back"),
        Action::Declined => format!("{by} declined"),
        Action::Joined => format!("{by} joined as {role}"),
        Action::ChangedRole => format!("{by} made {subject} {role}"),
        Action::Removed => format!("{by} removed {subject}"),
        Action::Left => format!("{by} left"),
    };
    view! { <li><div class="what"><p>{what}</p></div>{when(change.at, zone)}</li> }.into_any()
}

/// The teams that somebody is invited to.
pub(crate) async fn invitations(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    if !viewer.verified {
        return Ok(Page::redirect("/check-mail"));
    }
    let invited = request.backend.team_invitations(viewer).await?;
    let list = if invited.is_empty() {
        empty("users", "No invitations", "When somebody invites you to the team of an account, it stands here.", None)
    } else {
        view! { <ul class="rows">{invited.iter().map(|each| answer(each, request.zone)).collect_view()}</ul> }
            .into_any()
    };
    let body = view! {
        <div class="page-head"><h1>"Invitations"</h1></div>
        <section aria-labelledby="list"><h2 id="list" class="unseen">"List"</h2>{list}</section>
    };
    Ok(Page::new("Invitations", Shell::Work("/settings"), body))
}

fn answer(invited: &Invited, zone: Zone) -> AnyView {
    let whose = format!(" the team of {}", invited.account);
    view! {
        <li>{icon("users")}<div class="what">
            <b>{format!("{} invites you to the team of {}", invited.by, invited.account)}</b>
            <p>{invited.role.words()}": "{invited.role.purpose()}" Until "{when(invited.expires_at, zone)}</p>
        </div>
        <form method="post" action="/do/answer-team-invitation" class="actions">
            {hidden("invitation", invited.id.to_string())}
            <button class="button primary" name="answer" value="join">"Join"<span class="unseen">{whose.clone()}</span></button>
            <button class="button" name="answer" value="decline">"Decline"<span class="unseen">{whose}</span></button>
        </form></li>
    }
    .into_any()
}
