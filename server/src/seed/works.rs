//! A milestone project of the demo: two phases paid out, one delivered, one planned.

use super::story::Stage;
use anyhow::{Context, Result};
use backend::service::access::OrderRef;
use backend::service::projects::{MilestoneForm, NewProject};
use domain::order::Command;

/// Title, description, price and days of each milestone.
const MILESTONES: [(&str, &str, &str, &str); 4] = [
    ("Tasting and menu", "Six dishes to choose from, and the menu in writing.", "60,000", "5"),
    ("Ingredients and rentals", "Everything bought and hired, with the receipts.", "180,000", "10"),
    ("Service on the day", "Cooking and serving 300 guests, from noon to eight.", "95,000", "7"),
    ("Clean-up and return", "The hall as it was, and everything hired taken back.", "45,000", "4"),
];

impl Stage<'_> {
    /// Ada has her wedding catered by Amaka Foods.
    pub(super) async fn works(&self) -> Result<()> {
        let (backend, buyer) = (self.backend, self.buyers.first().context("the demo has buyers")?);
        let form = NewProject {
            part: "seller".to_owned(),
            name: "Wedding catering, 300 guests".to_owned(),
            description: "From the tasting to the last chair, at the Oriental hall in Ikeja.".to_owned(),
            email: buyer.email.to_string(),
            phone: "+234 803 555 0142".to_owned(),
            buyer_name: buyer.name.clone(),
            currency: "NGN".to_owned(),
            rolls_forward: "on".to_owned(),
            ..NewProject::default()
        };
        let project = backend.start_project(&self.amaka, &form, "demo-project").await?;
        let mut milestones = Vec::new();
        for (index, (title, description, amount, delivery_days)) in MILESTONES.into_iter().enumerate() {
            let form = MilestoneForm {
                title: title.to_owned(),
                description: description.to_owned(),
                amount: amount.to_owned(),
                delivery_days: delivery_days.to_owned(),
            };
            milestones.push(backend.add_milestone(buyer, project, &form, &format!("demo-milestone-{index}")).await?);
        }
        let endings = [Some(Command::Accept), Some(Command::carry_over(3_000_000)), None];
        for (milestone, ending) in milestones.into_iter().zip(endings) {
            self.later(30).await?;
            let order = OrderRef::Id(backend.order_of_milestone(buyer, project, milestone).await?);
            self.pay_as(Some(buyer), &order, "4242 4242 4242 4242").await?;
            let note = "Finished as agreed; pictures and receipts are with the note.".to_owned();
            self.act(Some(&self.amaka), &order, Command::MarkDelivered { note, tracking: None }).await?;
            if let Some(command) = ending {
                self.act(Some(buyer), &order, command).await?;
            }
        }
        Ok(())
    }
}
