//! The fees of a milestone that money is carried from are taken with it, and a change of fees stops nothing that was carried.

use super::stage::Stage;
use crate::every_row::platform_terms;
use crate::support::on_each;
use crate::support::shop::deliver;
use backend::service::delivery_terms::TermsForm;
use backend::service::platform_forms::FeesForm;
use backend::service::projects::MilestoneTermsForm;
use backend::service::providers::ProviderForm;
use domain::clock_text::Zone;
use domain::order::{Command, Guard, Status};
use domain::permission::StaffRole;

/// The seller bears every fee, and keeps so much of each price before it is shared.
fn seller_bears(non_split: &str) -> TermsForm {
    TermsForm { escrow_fee_bearer: "seller".to_owned(), non_split: non_split.to_owned(), ..platform_terms() }
}

/// At least ₦40,000 for the escrow.
fn dear() -> FeesForm {
    let text = str::to_owned;
    FeesForm {
        currency: text("NGN"),
        escrow_rate: text("3"),
        escrow_min: text("40,000"),
        escrow_max: text("50,000"),
        private_max: text("50,000"),
        gateway_rate: text("1.5"),
        gateway_fixed: text("0"),
        gateway_max: text("2,000"),
        payout: text("50"),
        from: String::new(),
    }
}

#[tokio::test]
async fn what_was_carried_over_in_full_is_paid_whatever_the_fees_are_by_then() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let boss = on.staff("boss@example.com", StaffRole::Administrator).await;
        on.backend.set_delivery_terms(&stage.shop.seller, &seller_bears("")).await.unwrap();
        let (project, ids) = stage.rolling(&["100,000", "30,000"]).await;
        let first = stage.delivered(project, ids[0]).await;
        let next = stage.carried(first, 3_000_000).await;
        // 1,500 each for the escrow and for the rail, of 100,000.
        assert_eq!(
            stage.shop.ledger_of(first).await[2..],
            [
                "release expense:gateway credit 150000",
                "release hold:… debit 10000000",
                "release hold:… credit 3000000",
                "release payable:… credit 6700000",
                "release revenue:escrow_fee credit 150000",
            ]
        );
        on.backend.set_fees(&boss, &dear(), Zone::UTC).await.unwrap();
        stage.idle().await;
        assert_eq!((stage.status(first).await, stage.status(next).await), (Status::Completed, Status::Pending));
        stage.shop.by_seller(next, deliver()).await.unwrap();
        stage.by_buyer(next, Command::Accept).await.unwrap();
        let released = ["release hold:… debit 3000000", "release payable:… credit 3000000"];
        assert_eq!(stage.shop.ledger_of(next).await, released);
        assert_eq!(stage.totals(project).await, [0, 10_000_000, 0, 9_700_000, 0, 300_000]);
        stage.shop.books_are_right().await;
    })
    .await;
}

#[tokio::test]
async fn a_part_bears_the_payout_fee_and_what_the_seller_keeps_in_full() {
    on_each(async |on| {
        let stage = Stage::open(on).await;
        let seller = &stage.shop.seller;
        on.backend.set_delivery_terms(seller, &seller_bears("1,000")).await.unwrap();
        let bank = crate::support::shop::bank_details("2222222222");
        let form = ProviderForm { name: "Bisi".to_owned(), bank, ..ProviderForm::default() };
        let provider = on.backend.add_provider(seller, &form).await.unwrap();
        let (project, ids) = stage.project(&["100,000", "200,000"]).await;
        let terms = MilestoneTermsForm {
            provider: provider.to_string(),
            commission: "20".to_owned(),
            rolls_forward: "on".to_owned(),
            ..MilestoneTermsForm::default()
        };
        on.backend.set_milestone_terms(seller, project, None, &terms).await.unwrap();
        let first = stage.delivered(project, ids[0]).await;
        // 100,000 less 1,500, 1,500 and 50, of which something is left.
        stage.refuses(first, 9_695_000, Guard::CarryFits).await;
        stage.carried(first, 3_000_000).await;
        // Of 70,000 these leave 66,950; the seller keeps 1,000, and a fifth of the other 65,950.
        assert_eq!(
            stage.shop.ledger_of(first).await[2..],
            [
                "release expense:gateway credit 150000",
                "release hold:… debit 10000000",
                "release hold:… credit 3000000",
                "release payable:… credit 1419000",
                "release payable:… credit 5276000",
                "release revenue:escrow_fee credit 150000",
                "release revenue:payout_fee credit 5000",
            ]
        );
        stage.shop.books_are_right().await;
    })
    .await;
}
