//! The marketplaces of the demo: a Business Seller's with a service provider, and an operator's with a seller on it.

use super::collections;
use super::people::{self, OPERATOR};
use anyhow::{Context, Result};
use backend::Backend;
use backend::service::bank::BankDetails;
use backend::service::listings::ListingForm;
use backend::service::providers::ProviderForm;
use backend::service::viewer::Viewer;
use domain::ids::ListingId;

/// The address of Amaka's storefront.
pub(super) const AMAKAS: &str = "amaka-foods";
/// The address of the operator's storefront.
pub(super) const EKO: &str = "eko-market";

/// What the story buys from.
pub(super) struct Market {
    /// Delivered by Amaka's service provider.
    pub(super) catering: ListingId,
    /// Sold by Lagos Print Works on the operator's marketplace.
    pub(super) banner: ListingId,
}

struct Offer {
    service: bool,
    title: &'static str,
    description: &'static str,
    category: &'static str,
    amount: &'static str,
    stock: &'static str,
}

#[rustfmt::skip]
const FOODS: [Offer; 7] = [
    Offer { service: false, title: "Smoked catfish, 5 kg", description: "Five kilograms, dried, vacuum packed.", category: "Food", amount: "42,000", stock: "8" },
    Offer { service: false, title: "Palm oil, 25 litres", description: "Unadulterated, in a new jerry can.", category: "Food", amount: "36,000", stock: "3" },
    Offer { service: false, title: "Forest honey, 5 litres", description: "Filtered, from this year.", category: "Food", amount: "27,500", stock: "" },
    Offer { service: false, title: "Ankara fabric, 6 yards", description: "Blue and gold.", category: "Cloth", amount: "12,500", stock: "14" },
    Offer { service: false, title: "Adire cloth, 4 yards", description: "Indigo, hand dyed.", category: "Cloth", amount: "16,800", stock: "0" },
    Offer { service: false, title: "Beaded necklace", description: "Coral, two strands.", category: "Jewellery", amount: "65,000", stock: "1" },
    Offer { service: false, title: "Roasted cashews, 10 kg", description: "Unsalted.", category: "Food", amount: "47,500", stock: "20" },
];

#[rustfmt::skip]
const PRINTS: [Offer; 3] = [
    Offer { service: true, title: "500 wedding invitations", description: "Gold foil on 300 g paper, proof before printing.", category: "Printing", amount: "120,000", stock: "" },
    Offer { service: true, title: "200 business cards", description: "Matt, rounded corners.", category: "Printing", amount: "15,000", stock: "" },
    Offer { service: true, title: "Vinyl banner, 3 m", description: "Full colour, eyelets all round.", category: "Signs", amount: "38,000", stock: "" },
];

const CATERING: Offer = Offer {
    service: true,
    title: "Party catering for 50 guests",
    description: "Jollof rice, moi moi and small chops, served on the day.",
    category: "Catering",
    amount: "350,000",
    stock: "",
};

/// Opens both marketplaces.
pub(super) async fn open(backend: &Backend, amaka: &Viewer, lagos: &Viewer) -> Result<Market> {
    backend.set_storefront(amaka, AMAKAS, "Amaka Foods", "Food and cloth from the whole country.").await?;
    let provider = ProviderForm {
        name: "Mama Risi Catering".to_owned(),
        email: "risi@example.test".to_owned(),
        phone: "+234 803 555 0142".to_owned(),
        commission: "15".to_owned(),
        bank: BankDetails {
            currency: "NGN".to_owned(),
            bank_name: "Zenith Bank".to_owned(),
            account_number: "2011112226".to_owned(),
            account_name: "Risikat Alabi".to_owned(),
        },
    };
    let provider = backend.add_provider(amaka, &provider).await?.to_string();
    for offer in FOODS {
        list(backend, amaka, &offer, "").await?;
    }
    let catering = list(backend, amaka, &CATERING, &provider).await?;

    let operator = people::join(backend, OPERATOR).await?;
    people::pay_to(backend, &operator, "NGN", "3012345672").await?;
    backend.set_storefront(&operator, EKO, "Eko Market", "Makers and printers of Lagos, in one place.").await?;
    backend.invite_seller(&operator, lagos.email.as_str(), "8").await?;
    let asked = backend.marketplaces(lagos).await?;
    let asked = asked.first().context("the invitation is missing")?.association.id;
    backend.answer_invitation(lagos, asked, true).await?;
    let mut banner = None;
    for offer in PRINTS {
        banner = Some(list(backend, lagos, &offer, "").await?);
    }
    collections::collect(backend, &operator).await.context("nothing is collected")?;
    Ok(Market { catering, banner: banner.context("nothing is printed")? })
}

async fn list(backend: &Backend, seller: &Viewer, offer: &Offer, provider: &str) -> Result<ListingId> {
    let form = ListingForm {
        kind: if offer.service { "service" } else { "good" }.to_owned(),
        title: offer.title.to_owned(),
        description: offer.description.to_owned(),
        category: offer.category.to_owned(),
        currency: "NGN".to_owned(),
        amount: offer.amount.to_owned(),
        stock: offer.stock.to_owned(),
        provider: provider.to_owned(),
        state: "publish".to_owned(),
        ..ListingForm::default()
    };
    Ok(backend.save_listing(seller, None, &form).await?)
}
