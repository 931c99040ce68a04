//! What a user was told, and how they want to be told.

use crate::components::shell::Shell;
use crate::components::{empty, icon, when};
use crate::form::hidden;
use crate::page::{Page, Visit};
use backend::Result;
use backend::service::notifications::{Notification, Preference, Topic};
use domain::clock_text::Zone;
use leptos::prelude::*;

/// The newest notifications.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let told = request.backend.notifications(request.signed_in()?).await?;
    let any_unread = told.iter().any(|notification| !notification.read);
    let all = any_unread.then(|| {
        view! { <form method="post" action="/do/read-notifications">{hidden("which", "all")}<button class="button">{icon("check-check")}"Mark all as read"</button></form> }
    });
    let list = if told.is_empty() {
        empty("bell", "Nothing yet", "When an order changes or needs you, it stands here and comes by mail.", None)
    } else {
        let rows = told.iter().map(|notification| row(notification, request.zone));
        view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
    };
    let body = view! {
        <div class="page-head">
            <h1>"Notifications"</h1>
            <p class="lede"><a href="/settings/notifications">"Choose what comes by mail"</a></p>
            <div class="actions">{all}</div>
        </div>
        <section aria-labelledby="newest"><h2 id="newest" class="unseen">"Newest"</h2>{list}</section>
    };
    Ok(Page::new("Notifications", Shell::Work("/notifications"), body))
}

fn row(notification: &Notification, zone: Zone) -> AnyView {
    let glyph = match notification.topic {
        Topic::Orders => "package",
        Topic::Messages => "mail",
        Topic::Reminders => "clock",
        Topic::Money => "banknote",
    };
    let new = (!notification.read).then(|| view! { " "<span class="tag">"New"</span> });
    // A form, because opening one changes it: it is read from then on.
    view! {
        <li>
            {icon(glyph)}
            <div class="what"><b>{notification.title.clone()}</b>{new}<p>{notification.text.clone()}</p>{when(notification.at, zone)}</div>
            <form method="post" action="/do/read-notifications">
                {hidden("which", notification.id.to_string())}
                <button class="button">"Open"<span class="unseen">": "{notification.title.clone()}</span></button>
            </form>
        </li>
    }
    .into_any()
}

/// The choice of what comes how.
pub(crate) async fn preferences(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let preferences = request.backend.notification_preferences(request.signed_in()?).await?;
    let groups = preferences.into_iter().map(choice);
    let body = view! {
        <div class="page-head">
            <nav class="breadcrumb" aria-label="Breadcrumb">
                <ol><li><a href="/settings">"Settings"</a></li><li aria-current="page">"Notifications"</li></ol>
            </nav>
            <h1>"How you are told"</h1>
            <p class="lede">"Mails that ask you to act are always sent: if nobody answers in time, money moves."</p>
        </div>
        <form method="post" action="/do/notification-preferences" class="form">
            {groups.collect_view()}
            <div class="actions"><button class="button primary">"Save"</button></div>
        </form>
    };
    Ok(Page::new("How you are told", Shell::Work("/settings"), body))
}

fn choice(preference: Preference) -> AnyView {
    let topic = preference.topic;
    let (mail, in_app) = (format!("mail_{}", topic.key()), format!("in_app_{}", topic.key()));
    let by_mail = if topic.is_always_mailed() {
        view! { <p class="hint">{icon("mail")}" Always by mail"</p> }.into_any()
    } else {
        view! { <label class="check"><input type="checkbox" name=mail value="1" checked=preference.mail/><span>"By mail"</span></label> }.into_any()
    };
    view! {
        <fieldset class="group"><legend>{topic.words()}</legend>
            {by_mail}
            <label class="check"><input type="checkbox" name=in_app value="1" checked=preference.in_app/><span>"Here, in the list of notifications"</span></label>
        </fieldset>
    }
    .into_any()
}
