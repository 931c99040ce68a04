//! `/v2/users/`: merchants of a marketplace, and where they are paid (instamojo.md section 4).

use super::Api;
use super::answer::{Answer, hex, iso, user_url};
use super::call::{Needs, call};
use axum::extract::{Request, State};
use axum::response::Response;
use backend::Backend;
use backend::service::instamojo::{Merchant, MerchantBank, MerchantChange, MerchantForm, Scope};
use serde::Serialize;

#[derive(Serialize)]
struct SignedUp {
    id: String,
    username: String,
    email: String,
    phone: String,
    resource_uri: String,
    promo_code: Option<String>,
}

#[derive(Serialize)]
struct User {
    id: String,
    username: String,
    first_name: String,
    last_name: String,
    phone: String,
    email: String,
    date_joined: String,
    is_email_verified: bool,
    is_phone_verified: bool,
    bio: &'static str,
    location: String,
    public_phone: Option<String>,
    public_email: Option<String>,
    public_website: Option<String>,
    avatar_image_url: Option<String>,
    profile_image_url: Option<String>,
    tags: [String; 0],
    resource_uri: String,
}

#[derive(Serialize)]
struct Bank {
    user: String,
    account_holder_name: String,
    bank_name: &'static str,
    account_number: String,
    ifsc_code: String,
    updated_at: String,
}

/// `POST /v2/users/`: signs a merchant up.
pub(super) async fn create(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Application, Scope::UsersWrite, |call| async move {
        let fields = &call.fields;
        let form = MerchantForm {
            email: fields.text("email"),
            password: fields.raw("password").unwrap_or_default().to_owned(),
            phone: fields.text("phone"),
            referrer: fields.text("referrer"),
            username: fields.get("username").map(str::to_owned),
        };
        let merchant = call.backend.sign_up_merchant(&call.caller, form).await?;
        Answer::created(&SignedUp {
            id: hex(merchant.account.0),
            username: merchant.username,
            email: merchant.email,
            phone: merchant.phone,
            resource_uri: user_url(&call.backend, merchant.account),
            promo_code: None,
        })
    })
    .await
}

/// `GET /v2/users/{id}/`: a merchant, or the marketplace itself.
pub(super) async fn get(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::Either, Scope::UsersRead, |call| async move {
        let merchant = call.backend.merchant_for(&call.caller, call.target(0)?).await?;
        Answer::ok(&user(&call.backend, merchant))
    })
    .await
}

/// `PATCH /v2/users/{id}/`: what a merchant says of itself.
pub(super) async fn change(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::User, Scope::UsersWrite, |call| async move {
        let given = |name: &str| call.fields.get(name).map(str::to_owned);
        let change = MerchantChange {
            first_name: given("first_name"),
            last_name: given("last_name"),
            location: given("location"),
            phone: given("phone"),
        };
        let merchant = call.backend.change_merchant(&call.caller, call.target(0)?, change).await?;
        Answer::ok(&user(&call.backend, merchant))
    })
    .await
}

/// `PUT /v2/users/{id}/inrbankaccount/`: where a merchant is paid.
pub(super) async fn set_bank(State(api): State<Api>, request: Request) -> Response {
    call(api, request, Needs::User, Scope::UsersWrite, |call| async move {
        let bank = MerchantBank {
            account_holder_name: call.fields.text("account_holder_name"),
            account_number: call.fields.text("account_number"),
            ifsc_code: call.fields.text("ifsc_code"),
        };
        let stored = call.backend.set_merchant_bank(&call.caller, call.target(0)?, bank).await?;
        Answer::ok(&Bank {
            user: user_url(&call.backend, stored.account),
            account_holder_name: stored.account_holder_name,
            bank_name: "",
            account_number: stored.account_number,
            ifsc_code: stored.ifsc_code,
            updated_at: iso(stored.updated_at),
        })
    })
    .await
}

fn user(backend: &Backend, merchant: Merchant) -> User {
    User {
        id: hex(merchant.account.0),
        username: merchant.username,
        first_name: merchant.first_name,
        last_name: merchant.last_name,
        phone: merchant.phone,
        email: merchant.email,
        date_joined: iso(merchant.joined_at),
        is_email_verified: merchant.email_verified,
        is_phone_verified: false,
        bio: "",
        location: merchant.location,
        public_phone: None,
        public_email: None,
        public_website: None,
        avatar_image_url: None,
        profile_image_url: None,
        tags: [],
        resource_uri: user_url(backend, merchant.account),
    }
}
