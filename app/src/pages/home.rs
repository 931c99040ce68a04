//! The first page after signing in: what needs you, and how your money stands.

use crate::components::chart::Measure;
use crate::components::money::amounts;
use crate::components::order::waiting_line;
use crate::components::shell::Shell;
use crate::components::timeline::capitalised;
use crate::components::when;
use crate::components::{amount, chart, empty, icon, table};
use crate::page::{Page, Visit};
use crate::pages::disputes::queue;
use backend::Result;
use backend::service::home::{BuyerHome, OperatorHome, SellerHome};
use backend::service::order_list::OrderRow;
use backend::service::performance::Week;
use backend::service::projects::ProjectDuty;
use backend::service::staff_home::StaffHome;
use domain::clock_text::Zone;
use domain::order::{Role, Status};
use leptos::prelude::*;
use time::OffsetDateTime;

/// The home of whoever is signed in.
pub(crate) async fn page(visit: Visit) -> Result<Page> {
    let request = &visit.request;
    let viewer = request.signed_in()?;
    if !viewer.verified {
        return Ok(Page::redirect("/check-mail"));
    }
    let body = if viewer.staff.is_some() {
        staff(&request.backend.staff_home(viewer).await?, request.zone)
    } else if viewer.selling().is_some() {
        seller(&request.backend.seller_home(viewer, request.zone).await?, request.zone)
    } else if viewer.operating().is_some() {
        operator(&request.backend.operator_home(viewer, request.zone).await?, request.zone)
    } else {
        buyer(&request.backend.buyer_home(viewer).await?, request.zone)
    };
    let invited = request.backend.team_invitations(viewer).await?.into_iter().next().map(|first| {
        let text = format!("{} invites you to the team of {}. ", first.by, first.account);
        view! { <div class="notice" data-tone="turn" role="status">{icon("users")}<div><p>{text}<a href="/invitations">"See the invitation"</a></p></div></div> }
    });
    Ok(Page::new("Home", Shell::Work("/home"), view! { {invited}{body} }))
}

/// One figure with the rows behind it.
fn figure(label: &'static str, href: &'static str, value: AnyView, note: &'static str) -> AnyView {
    view! { <li><a href=href><span class="label">{label}</span>{value}<span class="note">{note}</span></a></li> }
        .into_any()
}

fn number(count: impl ToString) -> AnyView {
    view! { <span class="number">{count.to_string()}</span> }.into_any()
}

/// How orders come in and how they end.
fn charts(flow: &[(OffsetDateTime, i64)], weeks: &[Week], zone: Zone) -> AnyView {
    let chart = |measure: Measure, value: fn(&Week) -> Option<i64>| {
        let values: Vec<_> = weeks.iter().map(|week| (week.start, value(week))).collect();
        chart::weeks(&measure, &values, zone)
    };
    let accepted = Measure {
        title: "Acceptance rate",
        unit: " %",
        least_top: 100,
        none: "No delivery was accepted or rejected in eight weeks.",
    };
    let disputed =
        Measure { title: "Dispute rate", unit: " %", least_top: 10, none: "No order was paid in eight weeks." };
    let payout =
        Measure { title: "Time to payout", unit: " min", least_top: 60, none: "Nothing was paid out in eight weeks." };
    view! {
        <section aria-labelledby="charts"><h2 id="charts">"How it goes"</h2>
            <div class="charts">
                {chart::days("Orders made in 30 days", flow, zone)}
                {chart(accepted, Week::acceptance_percent)}
                {chart(disputed, Week::dispute_percent)}
                {chart(payout, Week::payout_median)}
            </div>
        </section>
    }
    .into_any()
}

fn seller(home: &SellerHome, zone: Zone) -> AnyView {
    let started = home.has_orders && home.has_bank && home.verified;
    let checklist = (!started).then(|| checklist(home));
    view! {
        <div class="page-head">
            <h1>"Home"</h1>
            <p class="lede">{home.name.clone()}</p>
            <div class="actions"><a class="button primary" href="/orders/new">{icon("plus")}"New order"</a></div>
        </div>
        {checklist}
        <section aria-labelledby="needs"><h2 id="needs">"Needs you"</h2>{needs_you(&home.needs_you, zone, home.now)}</section>
        <ul class="figures">
            {figure("Held in escrow", "/orders", amounts(&home.held), "for your open orders")}
            {figure("Payable", "/earnings", amounts(&home.payable), "released, not yet paid out")}
            {figure("Paid this month", "/earnings", amounts(&home.paid_this_month), "to your bank")}
            {figure("Disputes open", "/orders?status=disputed", number(home.disputes), "waiting for a decision")}
        </ul>
        {home.has_orders.then(|| charts(&home.flow, &home.weeks, zone))}
        {recent(&home.recent, zone, home.now)}
    }
    .into_any()
}

fn operator(home: &OperatorHome, zone: Zone) -> AnyView {
    let start = home.recent.is_empty().then(|| {
        let start = empty(
            "store",
            "Your marketplace is ready to fill",
            "Open its storefront, invite registered sellers, and add the bank account your commission goes to.",
            Some(("Open the storefront", "/settings/storefront")),
        );
        view! { <section aria-labelledby="start"><h2 id="start">"Start here"</h2>{start}</section> }
    });
    view! {
        <div class="page-head">
            <h1>"Home"</h1>
            <p class="lede">{home.name.clone()}</p>
            <div class="actions"><a class="button primary" href="/sellers">{icon("plus")}"Invite a seller"</a></div>
        </div>
        {start}
        <ul class="figures">
            {figure("Held in escrow", "/orders", amounts(&home.held), "for orders on your marketplace")}
            {figure("Payable", "/earnings", amounts(&home.payable), "your commission, not yet paid out")}
            {figure("Sellers", "/sellers", number(home.sellers), "on your marketplace")}
            {figure("Disputes open", "/orders?status=disputed", number(home.disputes), "waiting for a decision")}
        </ul>
        {(!home.recent.is_empty()).then(|| charts(&home.flow, &home.weeks, zone))}
        {recent(&home.recent, zone, home.now)}
    }
    .into_any()
}

fn staff(home: &StaffHome, zone: Zone) -> AnyView {
    let mine = home.desk.rows.iter().filter(|row| row.mine).count();
    let operations = home.operations.as_ref();
    let figures = operations.map(|operations| {
        view! {
            {figure("Suspense", "/admin/suspense", number(operations.suspense), "to return or apply")}
            {figure("Payouts", "/admin/payouts", number(operations.stuck), "wait for somebody")}
            {figure("Messages", "/admin/messages", number(operations.dead), "given up")}
        }
    });
    let acts = operations.filter(|operations| !operations.recent.is_empty()).map(|operations| {
        let rows = operations.recent.iter().map(|event| {
            let what = format!("{}: {}", staff_words(&event.action), event.subject);
            view! { <li><div class="what"><b>{what}</b><p>{event.detail.clone()}</p>{when(event.at, zone)}</div></li> }
        });
        view! { <section aria-labelledby="acts"><h2 id="acts">"What staff did"</h2><ul class="rows">{rows.collect_view()}</ul></section> }
    });
    view! {
        <div class="page-head"><h1>"Home"</h1></div>
        <ul class="figures">
            {figure("Disputes", "/disputes", number(mine), "wait for your ruling")}
            {figures}
        </ul>
        <section aria-labelledby="needs"><h2 id="needs">"Disputes by deadline"</h2>{queue(&home.desk, zone)}</section>
        {acts}
    }
    .into_any()
}

fn buyer(home: &BuyerHome, zone: Zone) -> AnyView {
    // Where a project waits, nothing must say that nothing does.
    let orders =
        (home.projects.is_empty() || !home.needs_you.is_empty()).then(|| needs_you(&home.needs_you, zone, home.now));
    view! {
        <div class="page-head"><h1>"Home"</h1></div>
        <section aria-labelledby="needs"><h2 id="needs">"Needs you"</h2>{duties(&home.projects)}{orders}</section>
        {recent(&home.recent, zone, home.now)}
    }
    .into_any()
}

/// What a member of staff did, by the name it is stored under.
fn staff_words(action: &str) -> String {
    match action {
        "import_statement" => "Imported a statement".to_owned(),
        "assign_movement" => "Assigned a movement".to_owned(),
        "put_movement_aside" => "Put a movement aside".to_owned(),
        "retry_message" => "Sent a message again".to_owned(),
        "return_suspense" => "Returned money in suspense".to_owned(),
        "apply_suspense" => "Applied money in suspense".to_owned(),
        "retry_payout" => "Tried a payout again".to_owned(),
        "change_settings" => "Changed the settings".to_owned(),
        "set_fees" => "Set the fees".to_owned(),
        other => capitalised(&other.replace('_', " ")),
    }
}

/// The projects that wait for their buyer.
fn duties(duties: &[ProjectDuty]) -> Option<AnyView> {
    let rows = duties.iter().map(|duty| {
        let href = format!("/projects/{}", duty.project);
        let pay = duty.to_pay.as_ref().map(|(title, _)| format!("Pay the milestone “{title}”"));
        let answer = match duty.asked {
            0 => None,
            1 => Some("Answer the seller's request".to_owned()),
            asked => Some(format!("Answer {asked} requests of the seller")),
        };
        let act = answer.or(pay).unwrap_or_default();
        let costs = duty.to_pay.as_ref().map(|(_, costs)| amount(*costs));
        view! {
            <li>
                <div class="what"><a href=href.clone()>{act}</a><p>{duty.name.clone()}</p></div>
                {costs}
                <a class="button" href=href>"Open"<span class="unseen">{format!(" {}", duty.name)}</span></a>
            </li>
        }
    });
    (!duties.is_empty()).then(|| view! { <ol class="needs-you">{rows.collect_view()}</ol> }.into_any())
}

fn recent(rows: &[OrderRow], zone: Zone, now: OffsetDateTime) -> Option<AnyView> {
    (!rows.is_empty()).then(|| {
        view! {
            <section aria-labelledby="recent">
                <div class="section-head"><h2 id="recent">"Newest orders"</h2><a href="/orders">"All orders"</a></div>
                {table::orders(rows, zone, now)}
            </section>
        }
        .into_any()
    })
}

fn act_words(status: Status, role: Role) -> (&'static str, &'static str) {
    match status {
        Status::AwaitingPayment if role == Role::Seller => ("Agree to the proposed order", "Look"),
        Status::AwaitingPayment => ("Pay into escrow", "Pay"),
        Status::AwaitingBuyerResponse => ("Accept or reject the delivery", "Decide"),
        Status::Pending => ("Deliver the order", "Deliver"),
        Status::PendingSecond => ("Deliver a second time", "Deliver"),
        Status::RejectionUnderReview => ("Answer the rejection", "Answer"),
        _ => ("Raise the dispute or settle", "Open"),
    }
}

fn needs_you(rows: &[OrderRow], zone: Zone, now: OffsetDateTime) -> AnyView {
    if rows.is_empty() {
        return empty(
            "check-check",
            "Nothing waits for you",
            "When an order needs you, it stands here with its deadline.",
            None,
        );
    }
    let rows = rows.iter().map(|row| {
        let (act, button) = act_words(row.status, row.role);
        let (href, again) = (format!("/orders/{}", row.id), format!("/orders/{}", row.id));
        let waiting = row.waiting.map(|waiting| waiting_line(&waiting, row.role, zone, now));
        view! {
            <li>
                <div class="what"><a href=href>{act}</a><p>{format!("Order {}, {}, {}", row.number, row.title, row.counterpart)}</p></div>
                {amount(row.price)}
                {waiting}
                <a class="button" href=again>{button}<span class="unseen">{format!(" order {}", row.number)}</span></a>
            </li>
        }
    });
    view! { <ol class="needs-you">{rows.collect_view()}</ol> }.into_any()
}

fn checklist(home: &SellerHome) -> AnyView {
    let steps = [
        (true, "Confirm your e-mail", "Done.", "", ""),
        (
            home.has_orders,
            "Make your first order",
            "Write down what you sell and for how much; the buyer gets a link to pay.",
            "New order",
            "/orders/new",
        ),
        (home.has_bank, "Add a bank account", "So that we can pay you.", "Add account", "/settings/payouts"),
        (home.verified, "Verify your identity", "Once, before the first payout.", "Verify", "/settings/payouts"),
    ];
    let next = steps.iter().position(|(done, ..)| !done);
    let rows = steps.into_iter().enumerate().map(|(index, (done, title, text, label, href))| {
        let is_next = next == Some(index);
        let state = if done { Some("done") } else { is_next.then_some("next") };
        let glyph = if done {
            "circle-check"
        } else if is_next {
            "circle-dot"
        } else {
            "circle"
        };
        let action = is_next.then(|| view! { <a class="button primary" href=href>{label}</a> });
        view! { <li data-state=state>{icon(glyph)}<div><h3>{title}</h3><p>{text}</p></div>{action}</li> }
    });
    view! {
        <section aria-labelledby="start"><h2 id="start">"Start here"</h2><ol class="checklist">{rows.collect_view()}</ol></section>
    }
    .into_any()
}
