//! Forms of milestone projects.

#![expect(missing_docs, clippy::too_many_arguments, reason = "server functions take the fields of their form")]

use super::{Post, id};
use crate::request::Seed;
use backend::service::access::OrderRef;
use backend::service::projects::{ChangeForm, ChangeKind, MilestoneForm, MilestoneTermsForm, NewProject};
use leptos::prelude::*;

/// Starts a project.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "project-start")]
pub async fn start_project(
    #[server(default)] part: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
    #[server(default)] buyer_name: String,
    #[server(default)] currency: String,
    #[server(default)] marketplace: String,
    #[server(default)] rolls_forward: String,
    #[server(default)] key: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = NewProject { part, name, description, email, phone, buyer_name, currency, marketplace, rolls_forward };
    let started = async { post.request.backend.start_project(post.viewer()?, &form, &key).await };
    match started.await {
        Ok(project) => {
            post.done("The project is started and the other side was told.", &format!("/projects/{project}")).await
        }
        Err(error) => {
            let typed = [
                ("name", form.name.as_str()),
                ("description", &form.description),
                ("email", &form.email),
                ("phone", &form.phone),
                ("buyer_name", &form.buyer_name),
                ("currency", &form.currency),
                ("marketplace", &form.marketplace),
                ("rolls_forward", &form.rolls_forward),
            ];
            let part = if form.part == "seller" { "seller" } else { "buyer" };
            post.refuse(error, &format!("/projects/new?as={part}"), "project", &typed).await
        }
    }
}

/// Adds a milestone.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "milestone-add")]
pub async fn add_milestone(
    #[server(default)] project: String,
    #[server(default)] title: String,
    #[server(default)] description: String,
    #[server(default)] amount: String,
    #[server(default)] delivery_days: String,
    #[server(default)] key: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = MilestoneForm { title, description, amount, delivery_days };
    let added =
        async { post.request.backend.add_milestone(post.viewer()?, id(&project)?, &form, &key).await.map(|_| ()) };
    match added.await {
        Ok(()) => post.done("The milestone is added and the seller was told.", &format!("/projects/{project}")).await,
        Err(error) => post.refuse(error, &format!("/projects/{project}/plan"), "milestone", &plan_fields(&form)).await,
    }
}

/// Changes a milestone.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "milestone-edit")]
pub async fn edit_milestone(
    #[server(default)] project: String,
    #[server(default)] milestone: String,
    #[server(default)] title: String,
    #[server(default)] description: String,
    #[server(default)] amount: String,
    #[server(default)] delivery_days: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = MilestoneForm { title, description, amount, delivery_days };
    let edited =
        async { post.request.backend.edit_milestone(post.viewer()?, id(&project)?, id(&milestone)?, &form).await };
    match edited.await {
        Ok(()) => post.done("The milestone is saved.", &format!("/projects/{project}")).await,
        Err(error) => {
            let back = format!("/projects/{project}/milestones/{milestone}");
            post.refuse(error, &back, "milestone", &plan_fields(&form)).await
        }
    }
}

/// Moves a milestone.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "milestone-move")]
pub async fn move_milestone(
    #[server(default)] project: String,
    #[server(default)] milestone: String,
    #[server(default)] to: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let moved = async {
        let to = to.parse().map_err(|_| backend::Error::NotFound)?;
        post.request.backend.move_milestone(post.viewer()?, id(&project)?, id(&milestone)?, to).await
    };
    post.settle(moved.await, "The milestone is moved.", &format!("/projects/{project}"), "move", &[]).await
}

/// Removes a milestone.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "milestone-remove")]
pub async fn remove_milestone(
    #[server(default)] project: String,
    #[server(default)] milestone: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let removed = async { post.request.backend.remove_milestone(post.viewer()?, id(&project)?, id(&milestone)?).await };
    post.settle(removed.await, "The milestone is removed.", &format!("/projects/{project}"), "remove", &[]).await
}

/// Goes to pay a milestone in its turn: makes its order and its quote.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "milestone-pay")]
pub async fn pay_milestone(
    #[server(default)] project: String,
    #[server(default)] milestone: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let quoted = async {
        let (backend, viewer) = (&post.request.backend, post.viewer()?);
        let order = backend.order_of_milestone(viewer, id(&project)?, id(&milestone)?).await?;
        let quote = backend.make_quote(Some(viewer), &OrderRef::Id(order)).await?;
        Ok(format!("/orders/{order}/pay/{quote}"))
    };
    match quoted.await {
        Ok(path) => {
            post.go(&path);
            Ok(())
        }
        Err(error) => post.refuse(error, &format!("/projects/{project}"), "pay", &[]).await,
    }
}

/// A seller asks for a change.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "change-ask")]
pub async fn ask_for_change(
    #[server(default)] project: String,
    #[server(default)] milestone: String,
    #[server(default)] kind: String,
    #[server(default)] title: String,
    #[server(default)] description: String,
    #[server(default)] amount: String,
    #[server(default)] delivery_days: String,
    #[server(default)] reason: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = ChangeForm { plan: MilestoneForm { title, description, amount, delivery_days }, reason };
    let asked = async {
        let what = match kind.as_str() {
            "add" => ChangeKind::Add,
            "edit" => ChangeKind::Edit,
            "remove" => ChangeKind::Remove,
            _ => return Err(backend::Error::NotFound),
        };
        let of = if what == ChangeKind::Add { None } else { Some(id(&milestone)?) };
        post.request.backend.ask_for_change(post.viewer()?, id(&project)?, what, of, &form).await
    };
    match asked.await {
        Ok(()) => post.done("The buyer was asked.", &format!("/projects/{project}")).await,
        Err(error) => {
            let back = if kind == "add" {
                format!("/projects/{project}/plan")
            } else {
                format!("/projects/{project}/milestones/{milestone}")
            };
            let typed = [&plan_fields(&form.plan)[..], &[("reason", form.reason.as_str())]].concat();
            post.refuse(error, &back, "milestone", &typed).await
        }
    }
}

/// The buyer answers a request, or the seller takes it back.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "change-answer")]
pub async fn answer_change(
    #[server(default)] project: String,
    #[server(default)] request: String,
    #[server(default)] answer: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let answered = async {
        let (backend, viewer, project, request) = (&post.request.backend, post.viewer()?, id(&project)?, id(&request)?);
        match answer.as_str() {
            "apply" => backend.apply_change(viewer, project, request).await,
            "decline" => backend.decline_change(viewer, project, request).await,
            "withdraw" => backend.withdraw_change(viewer, project, request).await,
            _ => Err(backend::Error::NotFound),
        }
    };
    let said = match answer.as_str() {
        "apply" => "The change is made.",
        "decline" => "Declined. The milestones stay as they are.",
        _ => "The request is taken back.",
    };
    post.settle(answered.await, said, &format!("/projects/{project}"), "answer", &[]).await
}

/// A seller sets terms of a project or of one milestone.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "milestone-terms")]
pub async fn set_milestone_terms(
    #[server(default)] project: String,
    #[server(default)] milestone: String,
    #[server(default)] provider: String,
    #[server(default)] commission: String,
    #[server(default)] cancellation_free_hours: String,
    #[server(default)] cancellation_fee: String,
    #[server(default)] rolls_forward: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = MilestoneTermsForm { provider, commission, cancellation_free_hours, cancellation_fee, rolls_forward };
    let set = async {
        let of = if milestone.is_empty() { None } else { Some(id(&milestone)?) };
        post.request.backend.set_milestone_terms(post.viewer()?, id(&project)?, of, &form).await
    };
    match set.await {
        Ok(()) => post.done("The terms are saved.", &format!("/projects/{project}")).await,
        Err(error) => {
            let back = if milestone.is_empty() {
                format!("/projects/{project}/settings")
            } else {
                format!("/projects/{project}/milestones/{milestone}")
            };
            let typed = [
                ("provider", form.provider.as_str()),
                ("commission", &form.commission),
                ("cancellation_free_hours", &form.cancellation_free_hours),
                ("cancellation_fee", &form.cancellation_fee),
            ];
            post.refuse(error, &back, "milestone_terms", &typed).await
        }
    }
}

/// Changes name and description of a project.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "project-change")]
pub async fn change_project(
    #[server(default)] project: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let changed =
        async { post.request.backend.change_project_facts(post.viewer()?, id(&project)?, &name, &description).await };
    let path = format!("/projects/{project}/settings");
    let typed = [("name", name.as_str()), ("description", &description)];
    post.settle(changed.await, "The project is saved.", &path, "project_facts", &typed).await
}

/// Closes or cancels a project.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "project-end")]
pub async fn end_project(
    #[server(default)] project: String,
    #[server(default)] r#as: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let completed = r#as == "completed";
    let ended = async { post.request.backend.end_project(post.viewer()?, id(&project)?, completed).await };
    let said = if completed { "The project is closed." } else { "The project is cancelled." };
    post.settle(ended.await, said, &format!("/projects/{project}"), "end", &[]).await
}

/// What was typed about a milestone.
fn plan_fields(form: &MilestoneForm) -> [(&str, &str); 4] {
    [
        ("title", form.title.as_str()),
        ("description", &form.description),
        ("amount", &form.amount),
        ("delivery_days", &form.delivery_days),
    ]
}
