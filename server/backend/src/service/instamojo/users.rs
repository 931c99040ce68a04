//! The merchants of a marketplace: signed up by its program, then known to the web app like everybody (instamojo.md section 4).

use super::tokens::Bearer;
use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::Mail;
use crate::repo::merchants::{self, MerchantRow};
use crate::repo::users::{self, NewUser};
use crate::repo::{accounts, oauth_clients, sessions};
use crate::secret::alphanumeric;
use crate::service::outbox;
use crate::service::password::Password;
use crate::service::typed::keep;
use domain::collection::indian_phone;
use domain::ids::{AccountId, UserId};
use domain::limits::NAME_CHARS_MAX;
use domain::permission::{AccountKind, MemberRole};
use domain::text::{self, Email, FieldError};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use time::OffsetDateTime;
use uuid::Uuid;

/// What the contract says of a field that is not there.
pub(super) const REQUIRED: &str = "This field is required.";
const EMAIL_TAKEN: &str = "Email already exists.";
const USERNAME_TAKEN: &str = "Username is not available.";
/// Longest username, in characters.
const USERNAME_CHARS_MAX: usize = 40;
/// Random characters behind a username that is taken.
const SUFFIX_CHARS: usize = 5;
/// How many usernames are tried.
const TRIES: usize = 8;

/// A merchant of a marketplace, or the marketplace itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merchant {
    /// The account that earns.
    pub account: AccountId,
    /// Under which marketplace.
    pub marketplace: AccountId,
    /// The name in its payment links.
    pub username: String,
    /// Where its mails go, and what it signs in with.
    pub email: String,
    /// Its telephone number, `+` and digits; empty where none is known.
    pub phone: String,
    /// The person's first name; empty where none is known.
    pub first_name: String,
    /// The person's last name; empty where none is known.
    pub last_name: String,
    /// Where they are; empty where it is not known.
    pub location: String,
    /// Whether the address counts as proved.
    pub email_verified: bool,
    /// When it joined.
    pub joined_at: OffsetDateTime,
}

/// What a program sends to sign a merchant up; what is missing is empty.
#[derive(Debug, Clone)]
pub struct MerchantForm {
    /// The merchant's address.
    pub email: String,
    /// The password they get.
    pub password: String,
    /// Their telephone number.
    pub phone: String,
    /// What the marketplace was given to sign merchants up with.
    pub referrer: String,
    /// The name in their payment links; made of the address where it is missing.
    pub username: Option<String>,
}

/// What a merchant changes; what is missing stays.
#[derive(Debug, Clone, Default)]
pub struct MerchantChange {
    /// The person's first name.
    pub first_name: Option<String>,
    /// The person's last name.
    pub last_name: Option<String>,
    /// Where they are.
    pub location: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
}

struct Checked {
    email: Email,
    phone: String,
    username: Option<String>,
    password: Password,
}

impl Backend {
    /// Opens the account of a merchant, who can sign in at once and is told so by mail. In the sandbox their identity counts as
    /// checked, so that they are paid. What somebody bought as a guest with the same address stays as it is: nobody proved yet
    /// that the address is theirs.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every refused field: `email`, `password`, `phone`, `referrer`, `username`.
    pub async fn sign_up_merchant(&self, caller: &Bearer, form: MerchantForm) -> Result<Merchant> {
        let checked = self.check_merchant(caller, form).await?;
        let hash = self.passwords().hash(&checked.password).await?;
        let called = checked.username.clone().unwrap_or_else(|| name_from(checked.email.as_str()));
        let now = self.now();
        let tx = self.db().begin().await?;
        let new = NewUser {
            email: &checked.email,
            name: &called,
            password_hash: &hash,
            kind: AccountKind::IndividualSeller,
            business: None,
        };
        let user = new_user(&tx, &new, now).await?;
        let made = accounts::insert(&tx, AccountKind::IndividualSeller, &called, &checked.email, true, now).await?;
        let account = made.ok_or_else(|| Error::internal("merchant", "the new account was not inserted"))?;
        accounts::add_member(&tx, account, user, MemberRole::Owner, now).await?;
        if self.is_sandbox() {
            accounts::set_identity_verified(&tx, account, now).await?;
        }
        let row = MerchantRow {
            account,
            marketplace: caller.marketplace,
            user: Some(user),
            username: checked.username.clone().unwrap_or_default(),
            phone: checked.phone,
            first_name: String::new(),
            last_name: String::new(),
            location: String::new(),
            ifsc: None,
            bank_changed_at: None,
            created_at: now,
        };
        let row = if checked.username.is_some() {
            let free = merchants::insert(&tx, &row).await?;
            free.then_some(row).ok_or_else(|| Error::field("username", USERNAME_TAKEN))?
        } else {
            insert_with_free_name(&tx, row, checked.email.as_str()).await?
        };
        let marketplace = accounts::by_id(&tx, caller.marketplace).await?.name;
        let mail = Mail::SignedUp { name: called, marketplace };
        outbox::enqueue(&tx, now, &checked.email, &mail, &format!("{}:{account}", mail.kind())).await?;
        let merchant = view(&tx, row).await?;
        tx.commit().await?;
        self.wake_workers();
        Ok(merchant)
    }

    /// Reads every field and reports all that is wrong at once.
    async fn check_merchant(&self, caller: &Bearer, form: MerchantForm) -> Result<Checked> {
        let connection = self.db().read();
        let mut wrong = Vec::new();
        let given = form.username.as_deref().map(username).transpose();
        let username = keep(&mut wrong, "username", given).flatten();
        if let Some(username) = &username
            && merchants::by_username(connection, username).await?.is_some()
        {
            wrong.push(FieldError::new("username", USERNAME_TAKEN));
        }
        let email = keep(&mut wrong, "email", required(&form.email).and_then(|email| Ok(Email::parse(email)?)));
        if let Some(email) = &email
            && users::by_email(connection, email).await?.is_some_and(|user| user.verified)
        {
            wrong.push(FieldError::new("email", EMAIL_TAKEN));
        }
        let phone = keep(&mut wrong, "phone", required(&form.phone).and_then(indian_phone));
        let referrer = keep(&mut wrong, "referrer", required(&form.referrer).map(str::trim));
        if let Some(referrer) = referrer {
            let issued = oauth_clients::of_account(connection, caller.marketplace, self.mode_key()).await?;
            if !issued.iter().any(|client| client.revoked_at.is_none() && client.referrer == referrer) {
                wrong.push(FieldError::new("referrer", "Invalid referrer."));
            }
        }
        let known = vec![form.email.clone(), form.username.clone().unwrap_or_default()];
        let password = Password::new(form.password.clone());
        let policy = match required(&form.password) {
            Ok(_) => self.passwords().check(&password, known).await?,
            Err(missing) => Err(missing),
        };
        keep(&mut wrong, "password", policy);
        match (email, phone) {
            (Some(email), Some(phone)) if wrong.is_empty() => Ok(Checked { email, phone, username, password }),
            _ => Err(Error::Invalid(wrong)),
        }
    }

    /// A merchant by the id of the wire: a merchant's token opens its own, a program's those of its marketplace and itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] otherwise.
    pub async fn merchant_for(&self, caller: &Bearer, id: &str) -> Result<Merchant> {
        let connection = self.db().read();
        view(connection, find(connection, caller, id).await?).await
    }

    /// Changes what a merchant says of itself. Its first and last name become the name of its account.
    ///
    /// # Errors
    /// [`Error::NotFound`] as in [`Self::merchant_for`]; [`Error::Invalid`] with every refused field: `first_name`,
    /// `last_name`, `location`, `phone`.
    pub async fn change_merchant(&self, caller: &Bearer, id: &str, change: MerchantChange) -> Result<Merchant> {
        let tx = self.db().begin().await?;
        let mut row = find(&tx, caller, id).await?;
        let mut wrong = Vec::new();
        let mut put = |field: &str, given: Option<String>, kept: &mut String| {
            if let Some(given) = given
                && let Some(read) = keep(&mut wrong, field, text::line(&given, "a text", NAME_CHARS_MAX))
            {
                *kept = read;
            }
        };
        let renamed = change.first_name.is_some() || change.last_name.is_some();
        put("first_name", change.first_name, &mut row.first_name);
        put("last_name", change.last_name, &mut row.last_name);
        put("location", change.location, &mut row.location);
        if let Some(given) = change.phone
            && let Some(phone) = keep(&mut wrong, "phone", indian_phone(&given))
        {
            row.phone = phone;
        }
        let name: String =
            format!("{} {}", row.first_name, row.last_name).trim().chars().take(NAME_CHARS_MAX).collect();
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        merchants::update(&tx, &row).await?;
        // The marketplace's own account is called by the name of its business.
        if renamed && row.account != row.marketplace {
            accounts::set_name(&tx, row.account, &name).await?;
        }
        let merchant = view(&tx, row).await?;
        tx.commit().await?;
        Ok(merchant)
    }
}

/// The merchant of an id of the wire, where the caller may see it.
pub(super) async fn find(connection: &impl ConnectionTrait, caller: &Bearer, id: &str) -> Result<MerchantRow> {
    let id = Uuid::try_parse(id).ok().filter(|_| id.len() == 32).map(AccountId).ok_or(Error::NotFound)?;
    let row = merchants::by_account(connection, id).await?.ok_or(Error::NotFound)?;
    let seen = row.marketplace == caller.marketplace && caller.user.is_none_or(|own| own == row.account);
    if seen { Ok(row) } else { Err(Error::NotFound) }
}

async fn view(connection: &impl ConnectionTrait, row: MerchantRow) -> Result<Merchant> {
    let email_verified = match row.user {
        Some(user) => users::by_id(connection, user).await?.is_some_and(|user| user.verified),
        None => false,
    };
    Ok(Merchant {
        account: row.account,
        marketplace: row.marketplace,
        username: row.username,
        email: accounts::by_id(connection, row.account).await?.email,
        phone: row.phone,
        first_name: row.first_name,
        last_name: row.last_name,
        location: row.location,
        email_verified,
        joined_at: row.created_at,
    })
}

/// Inserts a person with a proved address. Where the same address was given before and never proved, the newer stands.
async fn new_user(tx: &DatabaseTransaction, new: &NewUser<'_>, now: OffsetDateTime) -> Result<UserId> {
    let id = UserId(Uuid::now_v7());
    let is_new = users::insert(tx, id, new, now).await?;
    let user = users::lock_by_email(tx, new.email).await?;
    let user = user.ok_or_else(|| Error::internal("merchant", "the inserted user is not there"))?;
    if user.verified {
        return Err(Error::field("email", EMAIL_TAKEN));
    }
    if !is_new {
        users::replace_unverified(tx, user.id, new).await?;
        sessions::delete_of_user(tx, user.id, None).await?;
    }
    users::set_verified(tx, user.id, now).await?;
    Ok(user.id)
}

/// Inserts a merchant under a username made of its address, with random letters behind it where it is taken.
pub(super) async fn insert_with_free_name(
    tx: &impl ConnectionTrait,
    row: MerchantRow,
    email: &str,
) -> Result<MerchantRow> {
    let base = name_from(email);
    let mut row = MerchantRow { username: base.clone(), ..row };
    for _ in 0..TRIES {
        if merchants::insert(tx, &row).await? {
            return Ok(row);
        }
        row.username = format!("{base}_{}", alphanumeric::<SUFFIX_CHARS>().to_lowercase());
    }
    Err(Error::internal("merchant", "no username is free"))
}

/// A username made of an address: `foo` of `foo@example.com`.
fn name_from(email: &str) -> String {
    let local = email.split(['@', '+']).next().unwrap_or_default();
    let kept = local.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_');
    let name: String = kept.take(USERNAME_CHARS_MAX - SUFFIX_CHARS - 1).collect::<String>().to_lowercase();
    if name.is_empty() { "seller".to_owned() } else { name }
}

/// A username as it is stored: in lower case.
fn username(typed: &str) -> std::result::Result<String, String> {
    let name = typed.trim().to_lowercase();
    let right = (1..=USERNAME_CHARS_MAX).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if right {
        return Ok(name);
    }
    Err(format!("Enter a username of at most {USERNAME_CHARS_MAX} letters, digits, dots, dashes and underscores."))
}

/// A field that must be there.
pub(super) fn required(given: &str) -> std::result::Result<&str, String> {
    if given.trim().is_empty() { Err(REQUIRED.to_owned()) } else { Ok(given) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_come_of_addresses() {
        assert_eq!(name_from("foo@example.com"), "foo");
        assert_eq!(name_from("foo.bar+shop@example.com"), "foobar");
        assert_eq!(name_from("--@example.com"), "seller");
        assert_eq!(name_from(&format!("{}@example.com", "a".repeat(60))).len(), 34);
        assert_eq!(username(" Foo.Bar_1 ").as_deref(), Ok("foo.bar_1"));
        for bad in ["", "-foo", "foo bar", "foo@bar", "fö", &"a".repeat(41)] {
            assert!(username(bad).is_err(), "{bad}");
        }
    }
}
