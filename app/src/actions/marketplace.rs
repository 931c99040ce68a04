//! Forms of a marketplace: providers, listings, storefronts, sellers under operators, and buying.

#![expect(missing_docs, clippy::too_many_arguments, reason = "server functions take the fields of their form")]

use super::Post;
use super::upload::read;
use crate::request::Seed;
use backend::service::bank::BankDetails;
use backend::service::listings::ListingForm;
use backend::service::providers::ProviderForm;
use backend::service::storefront::BuyForm;
use backend::service::viewer::Viewer;
use backend::{Error, Result as Done};
use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

fn viewer(post: &Post) -> Done<&Viewer> {
    post.request.viewer.as_ref().ok_or(Error::NotFound)
}

/// Adds a service provider, or changes one.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "provider-save")]
pub async fn save_provider(
    #[server(default)] provider: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
    #[server(default)] commission: String,
    #[server(default)] currency: String,
    #[server(default)] bank_name: String,
    #[server(default)] account_number: String,
    #[server(default)] account_name: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let bank = BankDetails { currency, bank_name, account_number, account_name };
    let form = ProviderForm { name, email, phone, commission, bank };
    let backend = &post.request.backend;
    let saved = match (viewer(&post), provider.as_str()) {
        (Ok(viewer), "") => backend.add_provider(viewer, &form).await.map(|_| ()),
        (Ok(viewer), id) => match id.parse() {
            Ok(id) => backend.edit_provider(viewer, id, &form).await,
            Err(_) => Err(Error::NotFound),
        },
        (Err(error), _) => Err(error),
    };
    let back = if provider.is_empty() { "/providers/new".to_owned() } else { format!("/providers/{provider}") };
    match saved {
        Ok(()) => post.done("The provider is saved.", "/providers").await,
        Err(error) => {
            let typed = [
                ("name", form.name.as_str()),
                ("email", &form.email),
                ("phone", &form.phone),
                ("commission", &form.commission),
                ("currency", &form.bank.currency),
                ("bank_name", &form.bank.bank_name),
                ("account_number", &form.bank.account_number),
                ("account_name", &form.bank.account_name),
            ];
            post.refuse(error, &back, "provider", &typed).await
        }
    }
}

/// Removes a service provider.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "provider-remove")]
pub async fn remove_provider(#[server(default)] provider: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let removed = match (viewer(&post), provider.parse()) {
        (Ok(viewer), Ok(id)) => post.request.backend.remove_provider(viewer, id).await,
        _ => Err(Error::NotFound),
    };
    match removed {
        Ok(()) => post.done("The provider is removed.", "/providers").await,
        Err(error) => post.refuse(error, "/providers", "provider", &[]).await,
    }
}

/// Makes a listing, or changes one.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "listing-save")]
pub async fn save_listing(
    #[server(default)] listing: String,
    #[server(default)] kind: String,
    #[server(default)] title: String,
    #[server(default)] description: String,
    #[server(default)] category: String,
    #[server(default)] currency: String,
    #[server(default)] amount: String,
    #[server(default)] shipping: String,
    #[server(default)] stock: String,
    #[server(default)] provider: String,
    #[server(default)] commission: String,
    #[server(default)] state: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = ListingForm {
        kind,
        title,
        description,
        category,
        currency,
        amount,
        shipping,
        stock,
        provider,
        commission,
        state,
    };
    let id = if listing.is_empty() { Ok(None) } else { listing.parse().map(Some) };
    let saved = match (viewer(&post), id) {
        (Ok(viewer), Ok(id)) => post.request.backend.save_listing(viewer, id, &form).await,
        _ => Err(Error::NotFound),
    };
    let back = if listing.is_empty() { "/listings/new".to_owned() } else { format!("/listings/{listing}") };
    match saved {
        Ok(id) => post.done("The listing is saved.", &format!("/listings/{id}")).await,
        Err(error) => {
            let typed = [
                ("kind", form.kind.as_str()),
                ("title", &form.title),
                ("description", &form.description),
                ("category", &form.category),
                ("currency", &form.currency),
                ("amount", &form.amount),
                ("shipping", &form.shipping),
                ("stock", &form.stock),
                ("provider", &form.provider),
                ("commission", &form.commission),
                ("state", &form.state),
            ];
            post.refuse(error, &back, "listing", &typed).await
        }
    }
}

/// Adds pictures to a listing.
///
/// # Errors
/// The form could not be read at all.
#[server(prefix = "/do", endpoint = "pictures", input = MultipartFormData)]
pub async fn add_pictures(data: MultipartData) -> Result<(), ServerFnError> {
    let seed = Seed::capture();
    let form = read(data).await?;
    let post = Post::load(seed).await?;
    let listing = form.fields.get("listing").cloned().unwrap_or_default();
    let added = match (viewer(&post), listing.parse()) {
        (Ok(viewer), Ok(id)) => post.request.backend.add_pictures(viewer, id, form.files.clone()).await,
        _ => Err(Error::NotFound),
    };
    let back = format!("/listings/{listing}");
    match added {
        Ok(()) => post.done("The pictures are added.", &back).await,
        Err(error) => post.refuse(error, &back, "pictures", &[]).await,
    }
}

/// Removes a picture of a listing.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "picture-remove")]
pub async fn remove_picture(
    #[server(default)] listing: String,
    #[server(default)] picture: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let removed = match (viewer(&post), listing.parse(), picture.parse()) {
        (Ok(viewer), Ok(listing), Ok(picture)) => post.request.backend.remove_picture(viewer, listing, picture).await,
        _ => Err(Error::NotFound),
    };
    let back = format!("/listings/{listing}");
    match removed {
        Ok(()) => post.done("The picture is removed.", &back).await,
        Err(error) => post.refuse(error, &back, "pictures", &[]).await,
    }
}

/// Takes a listing away.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "listing-archive")]
pub async fn archive_listing(#[server(default)] listing: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let archived = match (viewer(&post), listing.parse()) {
        (Ok(viewer), Ok(id)) => post.request.backend.archive_listing(viewer, id).await,
        _ => Err(Error::NotFound),
    };
    match archived {
        Ok(()) => post.done("The listing is archived.", "/listings").await,
        Err(error) => post.refuse(error, "/listings", "listing", &[]).await,
    }
}

/// Sets one's own storefront.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "storefront-save")]
pub async fn save_storefront(
    #[server(default)] slug: String,
    #[server(default)] name: String,
    #[server(default)] about: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let saved = match viewer(&post) {
        Ok(viewer) => post.request.backend.set_storefront(viewer, &slug, &name, &about).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => post.done("Your storefront is open.", "/settings/storefront").await,
        Err(error) => {
            let typed = [("slug", slug.as_str()), ("name", &name), ("about", &about)];
            post.refuse(error, "/settings/storefront", "storefront", &typed).await
        }
    }
}

/// Buys from a storefront: makes the order, which is paid next.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "buy")]
pub async fn buy(
    #[server(default)] slug: String,
    #[server(default)] listing: String,
    #[server(default)] email: String,
    #[server(default)] name: String,
    #[server(default)] key: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let form = BuyForm { email, name };
    let bought = match listing.parse() {
        Ok(id) => post.request.backend.buy(post.request.viewer.as_ref(), &slug, id, &form, &key).await,
        Err(_) => Err(Error::NotFound),
    };
    match bought {
        Ok(order) => {
            post.go(&format!("/orders/{order}"));
            Ok(())
        }
        Err(error) => {
            let typed = [("email", form.email.as_str()), ("name", &form.name)];
            post.refuse(error, &format!("/m/{slug}/{listing}"), "buy", &typed).await
        }
    }
}

/// An operator asks a seller to trade on its marketplace.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "invite-seller")]
pub async fn invite_seller(
    #[server(default)] email: String,
    #[server(default)] commission: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let invited = match viewer(&post) {
        Ok(viewer) => post.request.backend.invite_seller(viewer, &email, &commission).await,
        Err(error) => Err(error),
    };
    match invited {
        Ok(()) => post.done("The invitation is sent.", "/sellers").await,
        Err(error) => {
            let typed = [("email", email.as_str()), ("commission", &commission)];
            post.refuse(error, "/sellers", "invite", &typed).await
        }
    }
}

/// A seller answers an operator's invitation.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "answer-invitation")]
pub async fn answer_invitation(
    #[server(default)] association: String,
    #[server(default)] answer: String,
) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let accepts = answer == "accept";
    let answered = match (viewer(&post), association.parse()) {
        (Ok(viewer), Ok(id)) => post.request.backend.answer_invitation(viewer, id, accepts).await,
        _ => Err(Error::NotFound),
    };
    let said = if accepts { "You are on the marketplace now." } else { "The invitation is declined." };
    match answered {
        Ok(()) => post.done(said, "/marketplaces").await,
        Err(error) => post.refuse(error, "/marketplaces", "answer", &[]).await,
    }
}

/// An operator removes a seller, or takes an invitation back.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "remove-seller")]
pub async fn remove_seller(#[server(default)] association: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let removed = match (viewer(&post), association.parse()) {
        (Ok(viewer), Ok(id)) => post.request.backend.remove_seller(viewer, id).await,
        _ => Err(Error::NotFound),
    };
    match removed {
        Ok(()) => post.done("Done. Orders that exist go on as they are.", "/sellers").await,
        Err(error) => post.refuse(error, "/sellers", "remove", &[]).await,
    }
}

/// A seller leaves a marketplace.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "leave-marketplace")]
pub async fn leave_marketplace(#[server(default)] association: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let left = match (viewer(&post), association.parse()) {
        (Ok(viewer), Ok(id)) => post.request.backend.leave_marketplace(viewer, id).await,
        _ => Err(Error::NotFound),
    };
    match left {
        Ok(()) => post.done("You left. Orders that exist go on as they are.", "/marketplaces").await,
        Err(error) => post.refuse(error, "/marketplaces", "leave", &[]).await,
    }
}
