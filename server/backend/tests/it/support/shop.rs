//! A seller who trades with guests, for the tests of orders.

use crate::support::TestBackend;
use backend::Error;
use backend::service::access::OrderRef;
use backend::service::bank::BankDetails;
use backend::service::command::OrderCommand;
use backend::service::order_view::OrderView;
use backend::service::place::NewOrder;
use backend::service::viewer::Viewer;
use domain::ids::OrderId;
use domain::order::Command;
use domain::permission::AccountKind;
use sea_orm::{ConnectionTrait, Statement};

pub const CARD: &str = "4242 4242 4242 4242";

pub struct Shop<'a> {
    pub on: &'a TestBackend,
    pub seller: Viewer,
}

impl<'a> Shop<'a> {
    pub async fn open(on: &'a TestBackend) -> Self {
        let user = on.user("seller@example.com", AccountKind::BusinessSeller).await;
        Self { on, seller: on.backend.viewer(user).await.unwrap().unwrap() }
    }

    pub async fn place(&self) -> (OrderId, OrderRef) {
        self.place_for("buyer@example.com", "12,500").await
    }

    pub async fn place_for(&self, buyer: &str, amount: &str) -> (OrderId, OrderRef) {
        let form = NewOrder {
            buyer_email: buyer.to_owned(),
            title: "A chair".to_owned(),
            currency: "NGN".to_owned(),
            amount: amount.to_owned(),
            ..NewOrder::default()
        };
        let key = self.on.backend.form_key();
        let order = self.on.backend.place_order(&self.seller, form, &key).await.unwrap().order;
        let path = self.on.backend.signed_order_path(order);
        (order, OrderRef::parse(path.trim_start_matches("/orders/")).unwrap())
    }

    pub async fn pay(&self, link: &OrderRef, number: &str) {
        let quote = self.on.backend.make_quote(None, link).await.unwrap();
        let url = self.on.backend.start_payment(None, link, quote, &self.on.backend.form_key()).await.unwrap();
        self.on.backend.pay_in_sandbox(url.rsplit('/').next().unwrap(), number).await.unwrap();
        self.on.backend.run_until_idle().await.unwrap();
    }

    pub async fn delivered(&self) -> (OrderId, OrderRef) {
        let (order, link) = self.place().await;
        self.pay(&link, CARD).await;
        self.by_seller(order, deliver()).await.unwrap();
        (order, link)
    }

    pub async fn by_seller(&self, order: OrderId, command: Command) -> Result<(), Error> {
        let act = act(OrderRef::Id(order), command, &self.on.backend.form_key());
        self.on.backend.act(Some(&self.seller), act).await.map(|_| ())
    }

    pub async fn by_buyer(&self, link: &OrderRef, command: Command) -> Result<(), Error> {
        let act = act(link.clone(), command, &self.on.backend.form_key());
        self.on.backend.act(None, act).await.map(|_| ())
    }

    pub async fn bank(&self, number: &str) {
        self.on.backend.set_bank_details(&self.seller, &bank_details(number)).await.unwrap();
        self.on.backend.verify_identity_in_sandbox(&self.seller).await.unwrap();
        self.on.backend.run_until_idle().await.unwrap();
    }

    pub async fn view(&self, order: OrderId) -> OrderView {
        self.on.backend.order_view(Some(&self.seller), &OrderRef::Id(order)).await.unwrap()
    }

    /// Every posting as `reason account side minor`, with ids left out, in the order they were made.
    pub async fn ledger(&self) -> Vec<String> {
        self.postings("").await
    }

    /// The postings of one order, likewise.
    pub async fn ledger_of(&self, order: OrderId) -> Vec<String> {
        self.postings(&format!("WHERE t.order_id = {}", self.on.uuid_literal(order.0))).await
    }

    async fn postings(&self, condition: &str) -> Vec<String> {
        let sql = format!(
            "SELECT t.reason || ' ' || a.code || ' ' || p.side || ' ' || p.amount_minor AS line FROM ledger_postings p \
             JOIN ledger_transfers t ON t.id = p.transfer_id JOIN ledger_accounts a ON a.id = p.account_id {condition} \
             ORDER BY p.id"
        );
        let connection = self.on.backend.db().read();
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let rows = connection.query_all_raw(statement).await.unwrap();
        let lines = rows.into_iter().map(|row| row.try_get::<String>("", "line").unwrap());
        lines
            .map(|line| {
                let words: Vec<&str> = line.split(' ').collect();
                let account = words[1].split(':').map(|part| if part.len() > 30 { "…" } else { part });
                format!("{} {} {} {}", words[0], account.collect::<Vec<_>>().join(":"), words[2], words[3])
            })
            .collect()
    }

    pub async fn books_are_right(&self) {
        assert_eq!(self.on.backend.verify().await.unwrap().findings, []);
    }
}

pub fn bank_details(number: &str) -> BankDetails {
    BankDetails {
        currency: "NGN".to_owned(),
        bank_name: "Sandbox Bank".to_owned(),
        account_number: number.to_owned(),
        account_name: "Seller".to_owned(),
    }
}

pub fn deliver() -> Command {
    Command::MarkDelivered { note: "Handed over".to_owned(), tracking: None }
}

pub fn act(order: OrderRef, command: Command, key: &str) -> OrderCommand {
    OrderCommand { order, command, refund: None, version: None, key: key.to_owned(), files: Vec::new() }
}
