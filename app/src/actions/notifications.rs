//! Forms about notifications.

#![expect(missing_docs, reason = "server functions take the fields of their form")]

use super::Post;
use crate::request::Seed;
use backend::Error;
use backend::service::notifications::{Preference, Topic, Which};
use leptos::prelude::*;

/// Marks one notification as read and opens what it is about, or marks all of them.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "read-notifications")]
pub async fn read_notifications(#[server(default)] which: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let Some(viewer) = post.request.viewer.clone() else {
        return post.refuse(Error::NotFound, "/notifications", "", &[]).await;
    };
    let backend = &post.request.backend;
    let (which, target) = match which.parse() {
        Ok(id) => {
            let told = backend.notifications(&viewer).await.unwrap_or_default();
            let path = told.into_iter().find(|told| told.id == id).map(|told| told.path);
            (Which::One(id), path.unwrap_or_else(|| "/notifications".to_owned()))
        }
        Err(_) => (Which::All, "/notifications".to_owned()),
    };
    match backend.mark_notifications_read(&viewer, which).await {
        Ok(()) => {
            post.go(&target);
            Ok(())
        }
        Err(error) => post.refuse(error, "/notifications", "", &[]).await,
    }
}

/// Sets how a user is told of each topic.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "notification-preferences")]
pub async fn save_notification_preferences(
    #[server(default)] in_app_orders: String,
    #[server(default)] mail_messages: String,
    #[server(default)] in_app_messages: String,
    #[server(default)] mail_reminders: String,
    #[server(default)] in_app_reminders: String,
    #[server(default)] mail_money: String,
    #[server(default)] in_app_money: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let Some(viewer) = post.request.viewer.clone() else {
        return post.refuse(Error::NotFound, "/settings/notifications", "", &[]).await;
    };
    let on = |field: &str| field == "1";
    let chosen = [
        Preference { topic: Topic::Orders, mail: true, in_app: on(&in_app_orders) },
        Preference { topic: Topic::Messages, mail: on(&mail_messages), in_app: on(&in_app_messages) },
        Preference { topic: Topic::Reminders, mail: on(&mail_reminders), in_app: on(&in_app_reminders) },
        Preference { topic: Topic::Money, mail: on(&mail_money), in_app: on(&in_app_money) },
    ];
    match post.request.backend.set_notification_preferences(&viewer, &chosen).await {
        Ok(()) => post.done("Saved.", "/settings/notifications").await,
        Err(error) => post.refuse(error, "/settings/notifications", "", &[]).await,
    }
}
