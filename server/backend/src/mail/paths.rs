//! The pages that mails link to; the order page comes from its own id or link.

/// Shows a button that confirms an address.
pub(super) const VERIFY_EMAIL: &str = "/verify-email";
/// Shows the form for a new password.
pub(super) const RESET_PASSWORD: &str = "/reset-password";
/// Asks for a mail with a new link to [`RESET_PASSWORD`].
pub(super) const FORGOT_PASSWORD: &str = "/forgot-password";
/// The sign-in form.
pub(super) const SIGN_IN: &str = "/sign-in";
/// Where a party gives its bank account.
pub(super) const BANK: &str = "/settings/payouts";
/// Where the administrator decides about money that does not fit.
pub(super) const SUSPENSE: &str = "/admin/suspense";
/// Where a seller answers an operator's invitation.
pub(super) const MARKETPLACES: &str = "/marketplaces";
/// Where somebody answers invitations to teams.
pub(super) const INVITATIONS: &str = "/invitations";
/// The settings of a person.
pub(super) const SETTINGS: &str = "/settings";
/// Where a Business Seller keeps its service providers.
pub(super) const PROVIDERS: &str = "/providers";

/// What was sent to the callback URL.
pub(super) const WEBHOOKS: &str = "/developers/webhooks";
