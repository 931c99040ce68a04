//! Forms of a marketplace: providers, listings, storefronts, sellers under operators, and buying.

#![expect(missing_docs, clippy::too_many_arguments, reason = "server functions take the fields of their form")]

use super::upload::read;
use super::{Post, bank_fields, id};
use crate::request::Seed;
use backend::service::bank::BankDetails;
use backend::service::listings::ListingForm;
use backend::service::providers::ProviderForm;
use backend::service::storefront::BuyForm;
use leptos::prelude::*;
use leptos::server_fn::codec::{MultipartData, MultipartFormData};

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
    let saved = async {
        let (backend, viewer) = (&post.request.backend, post.viewer()?);
        if provider.is_empty() {
            return backend.add_provider(viewer, &form).await.map(|_| ());
        }
        backend.edit_provider(viewer, id(&provider)?, &form).await
    };
    let back = if provider.is_empty() { "/providers/new".to_owned() } else { format!("/providers/{provider}") };
    match saved.await {
        Ok(()) => post.done("The provider is saved.", "/providers").await,
        Err(error) => {
            let about = [
                ("name", form.name.as_str()),
                ("email", &form.email),
                ("phone", &form.phone),
                ("commission", &form.commission),
            ];
            let typed = [&about[..], &bank_fields(&form.bank)[..]].concat();
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
    let removed = async { post.request.backend.remove_provider(post.viewer()?, id(&provider)?).await };
    post.settle(removed.await, "The provider is removed.", "/providers", "provider", &[]).await
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
    let saved = async {
        let listing = if listing.is_empty() { None } else { Some(id(&listing)?) };
        post.request.backend.save_listing(post.viewer()?, listing, &form).await
    };
    let back = if listing.is_empty() { "/listings/new".to_owned() } else { format!("/listings/{listing}") };
    match saved.await {
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
    let added = async { post.request.backend.add_pictures(post.viewer()?, id(&listing)?, form.files.clone()).await };
    let back = format!("/listings/{listing}");
    post.settle(added.await, "The pictures are added.", &back, "pictures", &[]).await
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
    let removed = async { post.request.backend.remove_picture(post.viewer()?, id(&listing)?, id(&picture)?).await };
    let back = format!("/listings/{listing}");
    post.settle(removed.await, "The picture is removed.", &back, "pictures", &[]).await
}

/// Takes a listing away.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "listing-archive")]
pub async fn archive_listing(#[server(default)] listing: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let archived = async { post.request.backend.archive_listing(post.viewer()?, id(&listing)?).await };
    post.settle(archived.await, "The listing is archived.", "/listings", "listing", &[]).await
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
    let saved = async { post.request.backend.set_storefront(post.viewer()?, &slug, &name, &about).await };
    let typed = [("slug", slug.as_str()), ("name", &name), ("about", &about)];
    post.settle(saved.await, "Your storefront is open.", "/settings/storefront", "storefront", &typed).await
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
    let bought =
        async { post.request.backend.buy(post.request.viewer.as_ref(), &slug, id(&listing)?, &form, &key).await };
    match bought.await {
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
    let invited = async { post.request.backend.invite_seller(post.viewer()?, &email, &commission).await };
    let typed = [("email", email.as_str()), ("commission", &commission)];
    post.settle(invited.await, "The invitation is sent.", "/sellers", "invite", &typed).await
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
    let answered = async { post.request.backend.answer_invitation(post.viewer()?, id(&association)?, accepts).await };
    let said = if accepts { "You are on the marketplace now." } else { "The invitation is declined." };
    post.settle(answered.await, said, "/marketplaces", "answer", &[]).await
}

/// An operator removes a seller, or takes an invitation back.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "remove-seller")]
pub async fn remove_seller(#[server(default)] association: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let removed = async { post.request.backend.remove_seller(post.viewer()?, id(&association)?).await };
    post.settle(removed.await, "Done. Orders that exist go on as they are.", "/sellers", "remove", &[]).await
}

/// A seller leaves a marketplace.
///
/// # Errors
/// Never for a form.
#[server(prefix = "/do", endpoint = "leave-marketplace")]
pub async fn leave_marketplace(#[server(default)] association: String) -> Result<(), ServerFnError> {
    let post = Post::load(Seed::capture()).await?;
    let left = async { post.request.backend.leave_marketplace(post.viewer()?, id(&association)?).await };
    post.settle(left.await, "You left. Orders that exist go on as they are.", "/marketplaces", "leave", &[]).await
}
