//! The furniture around a page: who it is for decides which.

use super::{icon, notice};
use crate::components::order::initials;
use crate::form::{Flash, hidden};
use crate::request::Request;
use backend::service::instamojo::PaymentApi;
use backend::service::order_view::OrderView;
use backend::service::viewer::Viewer;
use domain::order::Role;
use domain::permission::{AccountKind, StaffRole};
use leptos::prelude::*;

/// Which furniture a page has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shell {
    /// Landing, sign in, errors.
    Public,
    /// A buyer's order: roomy, no rail.
    Buyer {
        /// The order's number.
        number: i64,
    },
    /// A page for whoever pays a payment link: as roomy, about no order.
    Payer,
    /// A dashboard, with the path of the current entry of the rail.
    Work(&'static str),
    /// The hosted page of the simulated provider.
    Provider,
    /// A page in the frame of a shop's page, where no link may lead to another.
    Framed,
}

impl Shell {
    /// The furniture of a page about one order, for its reader.
    pub(crate) fn of_order(order: &OrderView) -> Self {
        match order.role {
            Role::Buyer => Self::Buyer { number: order.facts.number },
            Role::DisputeManager | Role::Administrator => Self::Work("/disputes"),
            _ => Self::Work("/orders"),
        }
    }
}

/// What every shell shows of the request.
pub(crate) struct Frame {
    sandbox: bool,
    viewer: Option<Viewer>,
    theme: Option<String>,
    notice: Option<(String, String)>,
    address: String,
    unread: u64,
    payments: PaymentApi,
    brand: Brand,
}

/// What the platform is called and which logo it shows.
#[derive(Debug, Clone)]
pub(crate) struct Brand {
    /// Its name.
    pub(crate) name: String,
    /// Version of its own logo; 0 is the built-in one.
    pub(crate) logo: u32,
}

impl Brand {
    /// The brand where nothing is known.
    pub(crate) fn built_in() -> Self {
        Self { name: "Holdfast".to_owned(), logo: 0 }
    }

    fn show(&self, href: &'static str) -> AnyView {
        let mark = if self.logo == 0 {
            view! {
                <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
                    <path d="M4 3h4.500L12 29H4zM28 3h-4.500L20 29h8zM11.300 9.500h9.400L19.300 20h-6.600z"></path>
                </svg>
            }
            .into_any()
        } else {
            view! { <img class="mark" src=format!("/platform/logo/{}", self.logo) alt="" width="32" height="32"/> }
                .into_any()
        };
        view! { <a class="logo" href=href>{mark}<span>{self.name.clone()}</span></a> }.into_any()
    }
}

impl Frame {
    /// The frame of a request.
    pub(crate) fn of(request: &Request, flash: &Flash, unread: u64, payments: PaymentApi, brand: Brand) -> Self {
        Self {
            sandbox: request.backend.is_sandbox(),
            viewer: request.viewer.clone(),
            theme: request.theme.clone(),
            notice: flash.notice.clone(),
            address: request.address.clone(),
            unread,
            payments,
            brand,
        }
    }

    /// A frame where nothing is known.
    pub(crate) fn bare() -> Self {
        Self {
            sandbox: false,
            viewer: None,
            theme: None,
            notice: None,
            address: "/".to_owned(),
            unread: 0,
            payments: PaymentApi::None,
            brand: Brand::built_in(),
        }
    }

    /// Puts the furniture around the content.
    pub(crate) fn around(self, shell: Shell, body: AnyView) -> AnyView {
        let (class, header) = match &shell {
            Shell::Public => ("shell public", self.public_header()),
            Shell::Buyer { number } => ("shell buyer", self.buyer_header(Some(*number))),
            Shell::Payer => ("shell buyer", self.buyer_header(None)),
            Shell::Work(current) => ("shell work", self.rail(current)),
            Shell::Provider => ("shell provider", provider_header()),
            Shell::Framed => ("shell buyer", ().into_any()),
        };
        let ours = !matches!(shell, Shell::Provider | Shell::Framed);
        let banner = (self.sandbox && ours).then(|| {
            view! {
                <aside class="sandbox-banner" aria-label="Sandbox">
                    {icon("flask-conical")}
                    <p><strong>"Sandbox:"</strong>" no real money moves. "<a href="/sandbox">"Mail, clock and test numbers"</a></p>
                </aside>
            }
        });
        let message = self.notice.as_ref().map(|(tone, text)| notice(tone, text.clone()));
        let footer = match shell {
            Shell::Provider => provider_footer(),
            Shell::Framed => ().into_any(),
            _ => self.footer(),
        };
        view! {
            <div class=class>
                <a class="skip" href="#main">"Skip to content"</a>
                {banner}
                {header}
                <main id="main">{message}{body}</main>
                {footer}
            </div>
        }
        .into_any()
    }

    fn public_header(&self) -> AnyView {
        let actions = match &self.viewer {
            Some(viewer) => self.account_menu(viewer),
            None => view! {
                <a class="button quiet" href="/sign-in">"Sign in"</a>
                <a class="button primary" href="/sign-up">"Sign up"</a>
            }
            .into_any(),
        };
        view! {
            <header class="topbar">
                {self.brand.show("/")}
                <nav aria-label="Main"><a href="/#how">"How it works"</a><a href="/#fees">"Fees"</a></nav>
                <div class="actions">{actions}</div>
            </header>
        }
        .into_any()
    }

    fn buyer_header(&self, number: Option<i64>) -> AnyView {
        let menu = self.viewer.as_ref().map(|viewer| self.account_menu(viewer));
        view! {
            <header class="topbar">
                {self.brand.show(if self.viewer.is_some() { "/home" } else { "/" })}
                {number.map(|number| view! { <p class="order-number">"Order "<b>{number}</b></p> })}
                <div class="actions"><a class="button quiet" href="/help">{icon("circle-help")}"Help"</a>{menu}</div>
            </header>
        }
        .into_any()
    }

    fn rail(&self, current: &'static str) -> AnyView {
        let Some(viewer) = &self.viewer else { return self.public_header() };
        let (name, kind) = who(viewer);
        let (main, rest) = entries(viewer, self.payments);
        let entry = |(href, glyph, word): Entry| {
            let here = (href == current).then_some("page");
            let count = (href == "/notifications").then(|| self.count());
            view! { <li><a href=href aria-current=here>{icon(glyph)}<span>{word}</span>{count}</a></li> }
        };
        let main = main.into_iter().map(entry).collect_view();
        let rest = (!rest.is_empty()).then(|| {
            view! {
                <button class="more" popovertarget="rail-more">{icon("ellipsis")}<span>"More"</span></button>
                <ul id="rail-more" popover>{rest.into_iter().map(entry).collect_view()}</ul>
            }
        });
        view! {
            <header class="rail">
                {self.brand.show("/home")}
                <details class="menu switcher">
                    <summary>
                        <span class="avatar" aria-hidden="true">{initials(&name)}</span>
                        <span class="who"><b>{name}</b><small>{kind}</small></span>
                        {icon("chevrons-up-down")}
                    </summary>
                    <div class="items">{self.menu_items(viewer)}</div>
                </details>
                <nav aria-label="Main"><ul>{main}</ul>{rest}</nav>
            </header>
        }
        .into_any()
    }

    /// How many notifications are unread; nothing where none is.
    fn count(&self) -> Option<AnyView> {
        (self.unread > 0)
            .then(|| view! { <b class="count">{self.unread}<span class="unseen">" unread"</span></b> }.into_any())
    }

    fn account_menu(&self, viewer: &Viewer) -> AnyView {
        view! {
            <details class="menu end">
                <summary class="button quiet"><span class="avatar" aria-hidden="true">{initials(&viewer.name)}</span><span class="unseen">"Account menu"</span>{self.count()}</summary>
                <div class="items">{self.menu_items(viewer)}</div>
            </details>
        }
        .into_any()
    }

    fn menu_items(&self, viewer: &Viewer) -> AnyView {
        let both = viewer.selling().is_some() && viewer.buying().is_some();
        let others = viewer.workplaces().filter(|other| Some(other.account) != viewer.working().map(|own| own.account));
        let others = others.map(|other| {
            view! {
                <form method="post" action="/do/work-for">{hidden("account", other.account.to_string())}<button>{icon("chevrons-up-down")}{format!("Work for {}", other.name)}</button></form>
            }
        });
        let others = others.collect_view();
        let bought = both.then(|| view! { <a href="/orders?of=bought">{icon("shopping-bag")}"Orders I buy"</a> });
        view! {
            <a href="/home">{icon("house")}"Home"</a>
            {bought}
            {others}
            <a href="/notifications">{icon("bell")}"Notifications"{self.count()}</a>
            <a href="/settings">{icon("settings")}"Settings"</a>
            <hr/>
            <form method="post" action="/do/sign-out"><button>{icon("log-out")}"Sign out"</button></form>
        }
        .into_any()
    }

    fn footer(&self) -> AnyView {
        let chosen = self.theme.clone().unwrap_or_else(|| "system".to_owned());
        let button = |value: &'static str, word: &'static str| {
            let pressed = if chosen == value { "true" } else { "false" };
            view! { <button name="theme" value=value aria-pressed=pressed>{word}</button> }
        };
        view! {
            <footer class="footer">
                <nav aria-label="Footer">
                    <a href="/#how">"How it works"</a><a href="/#fees">"Fees"</a>
                    <a href="/terms">"Terms"</a><a href="/privacy">"Privacy"</a><a href="/developers/guides/keys">"Developers"</a><a href="/help">"Help"</a>
                </nav>
                <form class="segmented" method="post" action="/do/theme" aria-label="Theme">
                    <input type="hidden" name="back" value=self.address.clone()/>
                    {button("system", "System")}{button("light", "Light")}{button("dark", "Dark")}
                </form>
                <p>{format!("© {}", self.brand.name)}</p>
            </footer>
        }
        .into_any()
    }
}

/// Address, icon and word of an entry of the rail.
type Entry = (&'static str, &'static str, &'static str);

/// The entries of the rail: at most four for the bar of a phone, and the rest.
fn entries(viewer: &Viewer, payments: PaymentApi) -> (Vec<Entry>, Vec<Entry>) {
    const HOME: Entry = ("/home", "house", "Home");
    const ORDERS: Entry = ("/orders", "package", "Orders");
    const PROJECTS: Entry = ("/projects", "milestone", "Projects");
    const DISPUTES: Entry = ("/disputes", "scale", "Disputes");
    const TOLD: Entry = ("/notifications", "bell", "Notifications");
    const DEVELOPERS: Entry = ("/developers", "code", "Developers");
    const SETTINGS: Entry = ("/settings", "settings", "Settings");
    const EARNINGS: Entry = ("/earnings", "landmark", "Earnings");
    const BALANCE: Entry = ("/balance", "banknote", "Balance");
    const SELLERS: Entry = ("/sellers", "store", "Sellers");
    match viewer.staff {
        Some(StaffRole::DisputeManager) => (vec![HOME, DISPUTES, TOLD, SETTINGS], Vec::new()),
        Some(StaffRole::Administrator) => (
            vec![HOME, DISPUTES, ("/admin/suspense", "wallet", "Suspense"), ("/admin/desk", "banknote", "Payouts")],
            vec![
                ("/admin/messages", "mail", "Messages"),
                ("/admin/applications", "code", "Applications"),
                ("/admin/settings", "sliders-horizontal", "Platform"),
                TOLD,
                SETTINGS,
            ],
        ),
        None if viewer.selling().is_some() => {
            let rest = selling_entries(viewer);
            match payments {
                PaymentApi::Merchant => (vec![HOME, ORDERS, BALANCE, TOLD], [vec![EARNINGS], rest].concat()),
                _ => (vec![HOME, ORDERS, EARNINGS, TOLD], rest),
            }
        }
        None if viewer.operating().is_some() => {
            let rest = vec![
                PROJECTS,
                ("/settings/storefront", "shopping-bag", "Storefront"),
                ("/settings/payouts", "wallet", "Payouts"),
                ("/settings/team", "users", "Team"),
                DEVELOPERS,
                TOLD,
                SETTINGS,
            ];
            match payments {
                PaymentApi::Marketplace => {
                    let payments = ("/payments", "credit-card", "Payments");
                    (vec![HOME, payments, BALANCE, ORDERS], [vec![SELLERS, EARNINGS], rest].concat())
                }
                _ => (vec![HOME, ORDERS, SELLERS, EARNINGS], rest),
            }
        }
        None => (vec![HOME, ORDERS, PROJECTS, TOLD], vec![SETTINGS]),
    }
}

/// What a seller has behind the first entries; service providers are a business's.
fn selling_entries(viewer: &Viewer) -> Vec<Entry> {
    let business = viewer.selling().is_some_and(|account| account.kind == AccountKind::BusinessSeller);
    let providers: Option<Entry> = business.then_some(("/providers", "handshake", "Service providers"));
    let mut entries: Vec<Entry> =
        vec![("/projects", "milestone", "Projects"), ("/listings", "shopping-bag", "Listings")];
    entries.extend(providers);
    entries.extend([
        ("/marketplaces", "store", "Marketplaces"),
        ("/settings/payouts", "wallet", "Payouts"),
        ("/settings/terms", "file-text", "Delivery terms"),
        ("/settings/team", "users", "Team"),
        ("/developers", "code", "Developers"),
        ("/settings", "settings", "Settings"),
    ]);
    entries
}

/// Under which name and as what somebody works here.
fn who(viewer: &Viewer) -> (String, &'static str) {
    let kind = match (viewer.staff, viewer.selling().map(|account| account.kind)) {
        (Some(StaffRole::DisputeManager), _) => "Dispute manager",
        (Some(StaffRole::Administrator), _) => "Administrator",
        (None, Some(AccountKind::IndividualSeller)) => "Individual seller",
        (None, Some(_)) => "Business seller",
        (None, None) if viewer.operating().is_some() => "Marketplace operator",
        (None, None) => "Buyer",
    };
    let account = viewer.working();
    (account.map_or_else(|| viewer.name.clone(), |account| account.name.clone()), kind)
}

fn provider_header() -> AnyView {
    view! {
        <header class="topbar">
            <p class="logo">{icon("credit-card")}<span>"Sandbox Pay"</span></p><p class="order-number">"Test mode"</p>
        </header>
    }
    .into_any()
}

fn provider_footer() -> AnyView {
    view! { <footer class="footer"><p>"Sandbox Pay is a simulation. No card is charged."</p></footer> }.into_any()
}
