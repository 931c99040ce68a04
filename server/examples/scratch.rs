use app::{App, AppState, shell};
use axum::Router;
use backend::port::sandbox_mailer::SandboxMailer;
use backend::port::sandbox_rail::SandboxRail;
use backend::port::{Clock, SystemClock};
use backend::{Backend, Db, Mode, Ports, Settings};
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list};
use migrations::MigratorTrait;
use std::sync::Arc;

#[tokio::main]
async fn main() {
    let db = Db::connect("sqlite:///tmp/scratch.db?mode=rwc").await.unwrap();
    migrations::Migrator::up(db.writer(), None).await.unwrap();
    let c: Arc<dyn Clock> = Arc::new(SystemClock);
    let url = "http://127.0.0.1:3300".to_string();
    let rail = SandboxRail::new(db.clone(), c.clone(), url.clone());
    let mailer = Arc::new(SandboxMailer::new(db.clone(), c.clone()));
    let ports = Ports { clock: c, rail: Arc::new(rail.clone()), mailer, sandbox_rail: Some(rail) };
    let backend = Backend::new(db, ports, Settings { mode: Mode::Sandbox, public_url: url }).await.unwrap();
    let opts = LeptosOptions::builder().output_name("holdfast-20819bdfa2d9").site_pkg_dir("assets").site_root("target/site").build();
    let css = std::fs::read_dir("target/site/assets").unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).find(|n| n.ends_with(".css")).unwrap();
    let state = AppState { leptos_options: opts, backend: backend.clone(), css: format!("/assets/{css}").into() };
    let routes = generate_route_list(App);
    for r in &routes { println!("{}", r.path()); }
    let s2 = state.clone();
    let store = backend::session_store::DatabaseSessions::new(backend.clone());
    let router = Router::new()
        .route("/assets/{file}", axum::routing::get(|p: axum::extract::Path<String>| async move {
            let ct = if p.ends_with("css") { "text/css" } else if p.ends_with("js") { "text/javascript" } else { "application/wasm" };
            ([("content-type", ct)], std::fs::read(format!("target/site/assets/{}", p.0)).unwrap())
        }))
        .leptos_routes_with_context(&state, routes, { let b = backend.clone(); move || leptos::prelude::provide_context(b.clone()) }, move || shell(s2.clone()))
        .fallback(leptos_axum::render_app_async_with_context({ let b = backend.clone(); move || leptos::prelude::provide_context(b.clone()) }, { let s = state.clone(); move || shell(s.clone()) }))
        .layer(tower_sessions::SessionManagerLayer::new(store).with_secure(false))
        .with_state(state);
    demo(&backend).await;
    let b = backend.clone();
    tokio::spawn(async move { b.run_workers(tokio_util::sync::CancellationToken::new()).await });
    let l = tokio::net::TcpListener::bind("127.0.0.1:3300").await.unwrap();
    axum::serve(l, router).await.unwrap();
}

async fn demo(b: &Backend) {
    use backend::service::{sign_up::SignUp, place::NewOrder, access::OrderRef, command::OrderCommand};
    use domain::order::Command;
    b.sign_up(SignUp { email: "seller@example.com".into(), name: "Sam".into(), password: "correct-horse-battery-7".to_string().into(), kind: domain::permission::AccountKind::BusinessSeller, business_name: Some("Amaka Foods".into()) }).await.unwrap();
    b.run_until_idle().await.unwrap();
    let mails = b.sandbox_mails(None, 10).await.unwrap();
    let token = mails[0].text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let user = b.verify_email(&token).await.unwrap();
    let viewer = b.viewer(user).await.unwrap().unwrap();
    let mut links = vec![];
    for i in 0..3 {
        let form = NewOrder { buyer_email: "buyer@example.com".into(), buyer_name: "Chidi Obi".into(), title: "Ankara fabric, 6 yards".into(), description: "Six yards of Ankara, blue and gold, as in the picture.".into(), currency: "NGN".into(), amount: "12,500".into(), shipping: "1500".into(), ..Default::default() };
        let placed = b.place_order(&viewer, form, &format!("k{i}")).await.unwrap();
        let path = b.signed_order_path(placed.order);
        println!("LINK {path}");
        links.push((OrderRef::parse(path.rsplit('/').next().unwrap()).unwrap(), placed.order));
    }
    for i in 1..3 {
        let (link, id) = links[i].clone();
        let quote = b.make_quote(None, &link).await.unwrap();
        let url = b.start_payment(None, &link, quote, &format!("p{i}")).await.unwrap();
        b.sandbox_rail().unwrap().submit(url.rsplit('/').next().unwrap(), "4242424242424242").await.unwrap();
        b.run_until_idle().await.unwrap();
        let act = |order: OrderRef, command: Command, key: String| OrderCommand { order, command, version: None, key, files: vec![] };
        b.act(Some(&viewer), act(OrderRef::Id(id), Command::MarkDelivered { note: "Left with the gate man as you asked.".into(), tracking: Some("GIG 123".into()) }, format!("d{i}"))).await.unwrap();
        if i == 2 { b.act(None, act(link, Command::Accept, "a".into())).await.unwrap(); }
    }
}
