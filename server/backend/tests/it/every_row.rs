//! Every row of the transition table through the services, with exactly the ledger lines it posts. The cases name no row:
//! each says who does what after which history, and the table says which row that was, so a row without a case is found.

mod cases;
mod script;

pub use script::platform_terms;

use crate::support::on_each;
use domain::order::{Status, TABLE};
use std::collections::BTreeSet;

#[tokio::test]
async fn every_row_moves_exactly_its_money() {
    on_each(async |on| {
        let mut stage = script::Stage::open(on).await;
        for case in cases::cases() {
            stage.play(&case).await;
        }
        stage.buy().await;
        let done = &stage.done;
        let rows: BTreeSet<usize> = done.iter().map(|step| step.row).collect();
        let missing: Vec<_> = (0..TABLE.len()).filter(|row| !rows.contains(row)).map(|row| TABLE[row]).collect();
        assert!(missing.is_empty(), "no case takes these rows: {missing:#?}");
        for (index, row) in TABLE.iter().enumerate() {
            for status in row.from {
                let taken = done.iter().any(|step| step.row == index && step.from == Some(*status));
                assert!(taken, "no case takes {row:?} from {status:?}");
            }
            for role in row.actors {
                let taken = done.iter().any(|step| step.row == index && step.role == *role);
                assert!(taken, "no case has {role:?} take {row:?}");
            }
        }
        let statuses: BTreeSet<Status> = done.iter().map(|step| step.then).collect();
        assert_eq!(statuses.len(), Status::ALL.len(), "only these statuses were reached: {statuses:?}");
        assert_eq!(on.backend.verify().await.unwrap().findings, []);
    })
    .await;
}
