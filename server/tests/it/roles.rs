//! The table of the rule book's section 6, cell by cell, through the whole router: a Business Seller with a service provider
//! beside a marketplace operator with a registered seller.

use crate::harness::{Client, PASSWORD, TestApp};
use backend::Mode;
use backend::service::access::OrderRef;
use backend::service::viewer::Viewer;
use domain::ids::OrderId;
use domain::permission::AccountKind;
use http::StatusCode;

/// Everybody of the table, with an order on each side that was bought in the storefront and accepted.
struct Market {
    app: TestApp,
    business: (Viewer, Client),
    operator: (Viewer, Client),
    seller: (Viewer, Client),
    stranger: (Viewer, Client),
    buyer: Client,
    provider_page: String,
    /// Of the Business Seller, with its provider.
    provided: OrderId,
    /// Of the registered seller, on the operator's marketplace.
    operated: OrderId,
}

const BANK: [(&str, &str); 4] =
    [("currency", "NGN"), ("bank_name", "Sandbox Bank"), ("account_number", "0123456789"), ("account_name", "Holder")];

async fn list(client: &Client, title: &str, provider: &str) -> String {
    let listing = [
        ("title", title),
        ("kind", "service"),
        ("category", "Food"),
        ("currency", "NGN"),
        ("amount", "100,000"),
        ("provider", provider),
        ("state", "publish"),
    ];
    let saved = client.post("/do/listing-save", &listing).await;
    saved.location().rsplit('/').next().unwrap().to_owned()
}

impl Market {
    async fn open() -> Self {
        let app = TestApp::start(Mode::Sandbox).await;
        let business = app.person("business@example.test", AccountKind::BusinessSeller).await;
        let operator = app.person("operator@example.test", AccountKind::MarketplaceOperator).await;
        let seller = app.person("seller@example.test", AccountKind::BusinessSeller).await;
        let stranger = app.person("stranger@example.test", AccountKind::BusinessSeller).await;
        let (_, buyer) = app.person("buyer@example.test", AccountKind::Buyer).await;
        for (client, slug) in [(&business.1, "business"), (&operator.1, "operated")] {
            let shop = [("slug", slug), ("name", slug), ("about", "A shop.")];
            assert!(client.post("/do/storefront-save", &shop).await.status.is_redirection());
        }
        let provider = [
            ("name", "Mama Risi"),
            ("commission", "20"),
            ("currency", "NGN"),
            ("bank_name", "Sandbox Bank"),
            ("account_number", "2222222222"),
            ("account_name", "Risi"),
        ];
        business.1.post("/do/provider-save", &provider).await;
        let page = business.1.get("/providers").await.body;
        let provider = page.split("/providers/spv_").nth(1).unwrap().split('"').next().unwrap();
        let provider = format!("spv_{provider}");
        let provider_page = format!("/providers/{provider}");
        let invite = [("email", "seller@example.test"), ("commission", "10")];
        operator.1.post("/do/invite-seller", &invite).await;
        let page = seller.1.get("/marketplaces").await.body;
        let association = page.split("name=\"association\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        seller.1.post("/do/answer-invitation", &[("association", association), ("answer", "accept")]).await;
        let catering = list(&business.1, "Catering", &provider).await;
        let cake = list(&seller.1, "Wedding cake", "").await;
        let provided = buy(&app, &buyer, "business", &catering).await;
        let operated = buy(&app, &buyer, "operated", &cake).await;
        Self { app, business, operator, seller, stranger, buyer, provider_page, provided, operated }
    }

    /// Delivers and accepts an order.
    async fn finish(&self, order: OrderId, seller: &Client) {
        let order = order.to_string();
        let version = version(seller, &order).await;
        let deliver = [("order", order.as_str()), ("act", "mark_delivered"), ("note", "Done"), ("key", "d")];
        let fields = [deliver.as_slice(), &[("version", version.as_str())]].concat();
        assert!(seller.post_multipart("/do/order-act", &fields, &[]).await.status.is_redirection());
        let version = version_of(&self.buyer, &format!("/orders/{order}/accept")).await;
        let accept = [("order", order.as_str()), ("act", "accept"), ("key", "a"), ("version", version.as_str())];
        assert!(self.buyer.post_multipart("/do/order-act", &accept, &[]).await.status.is_redirection());
        self.app.backend.run_until_idle().await.unwrap();
    }
}

async fn version(client: &Client, order: &str) -> String {
    version_of(client, &format!("/orders/{order}")).await
}

async fn version_of(client: &Client, path: &str) -> String {
    let page = client.get(path).await.body;
    let (_, rest) = page.split_once("name=\"version\" value=\"").unwrap_or_else(|| panic!("no act on {path}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Buys in the storefront and pays.
async fn buy(app: &TestApp, buyer: &Client, slug: &str, listing: &str) -> OrderId {
    let bought = buyer.post("/do/buy", &[("slug", slug), ("listing", listing), ("key", listing)]).await;
    let order: OrderId = bought.location().rsplit('/').next().unwrap().parse().unwrap();
    let user = app.backend.account_of("buyer@example.test").await.unwrap().unwrap();
    let viewer = app.backend.viewer(user).await.unwrap().unwrap();
    let link = OrderRef::Id(order);
    let quote = app.backend.make_quote(Some(&viewer), &link).await.unwrap();
    let url = app.backend.start_payment(Some(&viewer), &link, quote, "pay").await.unwrap();
    let reference = url.rsplit('/').next().unwrap();
    app.backend.pay_in_sandbox(reference, "4242 4242 4242 4242").await.unwrap();
    app.backend.run_until_idle().await.unwrap();
    order
}

#[tokio::test]
async fn a_service_provider_is_a_record_here_and_a_registered_seller_there() {
    let market = Market::open().await;
    // A record with bank details of the Business Seller; nobody can sign in as it.
    let page = market.business.1.get(&market.provider_page).await.body;
    assert!(page.contains("Mama Risi") && page.contains("ending 2222"));
    let anonymous = market.app.anonymous();
    let tried = anonymous.post("/do/sign-in", &[("email", "risi@example.test"), ("password", PASSWORD)]).await;
    assert_eq!(tried.location(), "/sign-in");
    // The registered seller has a dashboard of its own, by invitation and acceptance.
    assert!(market.seller.1.get("/home").await.body.contains("Needs you"));
    assert!(market.seller.1.get("/marketplaces").await.body.contains("operator@example.test Ltd"));
    assert_eq!(market.operator.1.get("/providers").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_dashboard_shows_payouts_of_providers_here_and_every_seller_with_its_orders_there() {
    let market = Market::open().await;
    // Payout details and history, once the Business Seller has a bank account of its own.
    let page = market.business.1.get(&market.provider_page).await.body;
    assert!(page.contains("your own bank account") || !page.contains("Payouts so far"), "{page}");
    market.business.1.post("/do/bank-details", &BANK).await;
    market.business.1.post("/do/verify-identity", &[]).await;
    market.finish(market.provided, &market.business.1).await;
    let number = market.app.number(market.provided).await;
    let page = market.business.1.get(&market.provider_page).await.body;
    assert!(page.contains(&number), "the payout of order {number} is in the history");
    // Every associated seller with its orders and figures.
    let sellers = market.operator.1.get("/sellers").await.body;
    assert!(sellers.contains("seller@example.test") && sellers.contains("1 orders on your marketplace"));
    assert!(!sellers.contains("stranger@example.test"));
    assert!(market.operator.1.get("/orders").await.body.contains("Wedding cake"));
}

#[tokio::test]
async fn a_buyer_pays_under_the_profile_of_the_business_here_and_of_the_registered_seller_there() {
    let market = Market::open().await;
    let page = |order: OrderId| format!("/orders/{order}");
    let provided = market.buyer.get(&page(market.provided)).await.body;
    assert!(provided.contains("business@example.test Ltd"));
    let operated = market.buyer.get(&page(market.operated)).await.body;
    assert!(operated.contains("seller@example.test Ltd"));
}

#[tokio::test]
async fn an_order_is_handled_from_the_account_it_was_paid_under_and_never_by_the_operator() {
    let market = Market::open().await;
    for (order, handles, others) in [
        (market.provided, &market.business.1, [&market.operator.1, &market.seller.1, &market.stranger.1]),
        (market.operated, &market.seller.1, [&market.operator.1, &market.business.1, &market.stranger.1]),
    ] {
        let id = order.to_string();
        let fields = |version: &str| {
            let version = version.to_owned();
            [
                ("order", id.clone()),
                ("act", "mark_delivered".into()),
                ("note", "Done".into()),
                ("key", "k".into()),
                ("version", version),
            ]
        };
        let own = version(handles, &id).await;
        for other in others {
            let fields = fields(&own);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            other.post_multipart("/do/order-act", &fields, &[]).await;
        }
        assert_eq!(version(handles, &id).await, own, "nobody else moved it");
        let fields = fields(&own);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        handles.post_multipart("/do/order-act", &fields, &[]).await;
        assert!(market.buyer.get(&format!("/orders/{id}")).await.body.contains("Awaiting Buyer Response"));
    }
}

#[tokio::test]
async fn a_transaction_is_visible_to_exactly_those_of_the_table() {
    let market = Market::open().await;
    let everybody = [
        ("the buyer", &market.buyer),
        ("the business", &market.business.1),
        ("the operator", &market.operator.1),
        ("the registered seller", &market.seller.1),
        ("a stranger", &market.stranger.1),
    ];
    for (order, title, sees) in [
        (market.provided, "Catering", ["the buyer", "the business"].as_slice()),
        (market.operated, "Wedding cake", &["the buyer", "the registered seller", "the operator"]),
    ] {
        for (who, client) in everybody {
            let expected = sees.contains(&who);
            let page = client.get(&format!("/orders/{order}")).await;
            assert_eq!(page.status == StatusCode::OK, expected, "the page of {title} for {who}");
            if !expected {
                assert_eq!(page.status, StatusCode::NOT_FOUND);
            }
            let list = client.get("/orders").await.body;
            assert_eq!(list.contains(title), expected, "{title} in the list of {who}");
            let csv = client.get("/orders/export.csv").await.body;
            assert_eq!(csv.contains(title), expected, "{title} in the export of {who}");
        }
        let nobody = market.app.anonymous().get(&format!("/orders/{order}")).await;
        assert!(nobody.location().starts_with("/sign-in"));
    }
}

#[tokio::test]
async fn at_acceptance_business_and_provider_are_paid_here_and_seller_and_operator_there() {
    let market = Market::open().await;
    for client in [&market.business.1, &market.seller.1, &market.operator.1] {
        client.post("/do/bank-details", &BANK).await;
        client.post("/do/verify-identity", &[]).await;
    }
    market.finish(market.provided, &market.business.1).await;
    market.finish(market.operated, &market.seller.1).await;
    // 100,000 less the payment fee of 1.5 % of 101,500 (1,522.50): 98,477.50. Here less 50 for the provider's payout, then
    // 20 % of 98,427.50 for the business and the rest for the provider; there 10 % for the operator and the rest for the seller.
    let business = market.business.1.get("/earnings").await.body;
    assert!(business.contains("19,685.50"), "{business}");
    let provider = market.business.1.get(&market.provider_page).await.body;
    assert!(provider.contains("78,742.00"));
    let operator = market.operator.1.get("/earnings").await.body;
    assert!(operator.contains("9,847.75"));
    let seller = market.seller.1.get("/earnings").await.body;
    assert!(seller.contains("88,629.75"));
    assert_eq!(market.app.backend.verify().await.unwrap().findings, []);
}
