//! The payout desk and the bank's statements.

#![expect(missing_docs, reason = "the generated argument types repeat the form's fields")]

use super::upload::read;
use super::{Post, id};
use crate::request::Seed;
use backend::Error;
use domain::ids::{BatchId, PayoutId, StatementLineId};
use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

const DESK: &str = "/admin/desk";
const STATEMENTS: &str = "/admin/statements";

/// Puts the chosen payouts into a batch.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "batch-make")]
pub async fn batch_make(#[server(default)] payouts: Vec<String>) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let made = async {
        let viewer = post.viewer()?;
        let chosen: Vec<PayoutId> = payouts.iter().map(|typed| id(typed)).collect::<backend::Result<_>>()?;
        post.request.backend.make_batch(viewer, &chosen).await
    };
    match made.await {
        Ok(batch) => post.done("The batch is made.", &format!("/admin/batches/{batch}")).await,
        Err(error) => post.refuse(error, DESK, "batch", &[]).await,
    }
}

/// What is done to a batch.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "batch-act")]
pub async fn batch_act(#[server(default)] batch: String, #[server(default)] act: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let done = async {
        let (backend, viewer) = (&post.request.backend, post.viewer()?);
        let id: BatchId = id(&batch)?;
        match act.as_str() {
            "approve" => backend.approve_batch(viewer, id).await.map(|()| "The batch is approved."),
            "dissolve" => backend.dissolve_batch(viewer, id).await.map(|()| "Its payouts wait on the desk again."),
            "export" => backend.export_batch(viewer, id).await.map(|()| "Download the file and hand it to the bank."),
            _ => Err(Error::NotFound),
        }
    };
    let back = if batch.parse::<BatchId>().is_ok() { format!("/admin/batches/{batch}") } else { DESK.to_owned() };
    match done.await {
        Ok(message) => post.done(message, &back).await,
        Err(error) => post.refuse(error, &back, "batch", &[]).await,
    }
}

/// Imports a statement.
///
/// # Errors
/// The form could not be read.
#[server(prefix = "/do", endpoint = "statement-import", input = MultipartFormData)]
pub async fn statement_import(data: MultipartData) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = read(data).await?;
    let imported = async { post.request.backend.import_statement(post.viewer()?, form.files).await };
    match imported.await {
        Ok(imported) => {
            let message = format!(
                "{} movements: {} matched, {} open, {} known already.",
                imported.movements, imported.matched, imported.open, imported.known
            );
            post.done(&message, STATEMENTS).await
        }
        Err(error) => post.refuse(error, STATEMENTS, "statement", &[]).await,
    }
}

/// Decides about a movement by hand.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "movement-decide")]
pub async fn movement_decide(
    #[server(default)] movement: String,
    #[server(default)] order: String,
    #[server(default)] note: String,
    #[server(default)] act: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let decided = async {
        let (backend, viewer) = (&post.request.backend, post.viewer()?);
        let id: StatementLineId = id(&movement)?;
        match act.as_str() {
            "aside" => backend.put_line_aside(viewer, id, &note).await,
            _ => backend.assign_line(viewer, id, &order, &note).await,
        }
    };
    let typed = [("order", order.as_str()), ("note", &note)];
    post.settle(decided.await, "Decided.", STATEMENTS, &format!("movement_{movement}"), &typed).await
}
