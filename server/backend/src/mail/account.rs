//! The mails about a person's own account.

use super::letter::Letter;
use super::paths;
use crate::Backend;
use domain::permission::MemberRole;

const NOT_YOU: &str = "If this was not you, ignore this mail; nothing happens without the link.";

pub(super) fn verify_email(backend: &Backend, name: &str, token: &str) -> Letter {
    Letter::new("Confirm your e-mail address", format!("Welcome to {}, {name}", backend.platform_name()))
        .say("Confirm that this is your address. The link opens a page with a button; your account is ready when you press it.")
        .button("Confirm your address", backend.url(&format!("{}?token={token}", paths::VERIFY_EMAIL)))
        .say("The link works once, for 24 hours.")
        .footer(NOT_YOU)
}

pub(super) fn already_registered(backend: &Backend, name: &str) -> Letter {
    Letter::new("You already have an account", format!("You already have an account, {name}"))
        .say("Somebody signed up with this address, which has an account already. Nothing was changed.")
        .say("If it was you, sign in. If you forgot your password, choose a new one from the sign-in page.")
        .button("Sign in", backend.url(paths::SIGN_IN))
        .footer("If this was not you, there is nothing to do.")
}

pub(super) fn signed_up(backend: &Backend, title: &str, name: &str, marketplace: &str) -> Letter {
    let platform = backend.platform_name();
    Letter::new(title, format!("{title}, {name}"))
        .say(format!("{marketplace} pays you through {platform}, and opened a seller's account for this address."))
        .say("Choose a password that only you know. Then you see there what you earned, and what is paid out to which bank account.")
        .button("Choose your password", backend.url(paths::FORGOT_PASSWORD))
        .footer(format!(
            "If you have nothing to do with {marketplace}, choose a password all the same: then nobody else signs in with this address."
        ))
}

pub(super) fn reset_password(backend: &Backend, name: &str, token: &str) -> Letter {
    Letter::new("Choose a new password", format!("Choose a new password, {name}"))
        .say("Somebody asked for a new password for your account. The link opens a page where you choose it.")
        .button("Choose a new password", backend.url(&format!("{}?token={token}", paths::RESET_PASSWORD)))
        .say("The link works once, for 1 hour. When you use it, every device is signed out.")
        .footer(NOT_YOU)
}

pub(super) fn password_changed(backend: &Backend, name: &str) -> Letter {
    Letter::new("Your password was changed", format!("Your password was changed, {name}"))
        .say(format!(
            "The password of your {} account was changed and every device was signed out.",
            backend.platform_name()
        ))
        .say("If this was not you, choose a new password at once: your mailbox still opens your account.")
        .button("Choose a new password", backend.url(paths::FORGOT_PASSWORD))
}

pub(super) fn bank_details_changed(backend: &Backend, name: &str, account_ending: &str) -> Letter {
    Letter::new("Your bank details were changed", format!("The bank details of {name} were changed"))
        .say(format!(
            "Payouts go to the account ending {account_ending} from now on. They are held for 24 hours first."
        ))
        .say("If this was not you, sign in within these 24 hours, correct the bank details and change your password.")
        .button("Check the bank details", backend.url(paths::BANK))
}

pub(super) fn invited(backend: &Backend, name: &str, operator: &str) -> Letter {
    Letter::new(format!("{operator} invites you to its marketplace"), format!("{operator} invites you, {name}"))
        .say("Accept, and your listings stand on its marketplace too. Orders are yours to handle; the marketplace keeps a commission of each, which you see before you accept.")
        .button("See the invitation", backend.url(paths::MARKETPLACES))
        .footer("If you do not want this, decline it there or leave it; nothing changes without you.")
}

pub(super) fn join_team(backend: &Backend, title: &str, account: &str, by: &str, role: MemberRole) -> Letter {
    Letter::new(title, format!("{by} invites you to the team of {account}"))
        .say(format!("Your role would be {}: {}", role.words().to_lowercase(), role.purpose()))
        .say("Sign in, or sign up, with this address, and accept or decline there.")
        .button("See the invitation", backend.url(paths::INVITATIONS))
        .footer(
            "The invitation stands for 7 days. If you do not know who asks, ignore it; nothing happens without you.",
        )
}

pub(super) fn second_factor(backend: &Backend, title: &str, name: &str, on: bool) -> Letter {
    let what = if on {
        "From now on signing in takes a code of your authenticator besides your password. Keep your recovery codes safe."
    } else {
        "From now on signing in takes your password alone."
    };
    Letter::new(title, format!("{title}, {name}"))
        .say(what)
        .say("If this was not you, choose a new password at once, and look where you are signed in.")
        .button("Open your settings", backend.url(paths::SETTINGS))
}

pub(super) fn webhook_failing(
    backend: &Backend,
    title: &str,
    name: &str,
    (url, why): (&str, &str),
    stopped: bool,
) -> Letter {
    let next = if stopped {
        "It said that it is gone for good, so nothing is sent there any more. Save an address again and send what was missed."
    } else {
        "We keep trying for three days, ever more slowly. Nothing is lost: what was missed can be sent again from the page, and read from the feed."
    };
    Letter::new(title, format!("{title}, {name}"))
        .say(format!("Notifications about your orders go to {url}. The last try failed: {why}."))
        .say(next)
        .button("See what was sent and answered", backend.url(paths::WEBHOOKS))
}
