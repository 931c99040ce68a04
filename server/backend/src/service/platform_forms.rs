//! The administrator's forms: every field as text, so that a refused form comes back as it was.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::platform_files;
use crate::service::bank::{self, BankDetails};
use crate::service::pictures;
use crate::service::platform::{DefaultTimes, OwnBank, PriceLimits};
use crate::service::typed::{self, keep};
use crate::service::uploads::Upload;
use crate::service::viewer::Viewer;
use domain::clock_text::{Zone, iso_date};
use domain::fee::{FeeSchedule, Tariff};
use domain::limits::{NAME_CHARS_MAX, PRICE_MINOR_MAX, PRICE_MINOR_MIN};
use domain::money::{BasisPoints, Currency, Money};
use domain::text::{self, FieldError};
use std::collections::BTreeSet;
use time::OffsetDateTime;

const LOGO: &str = "logo";

/// The fees of a currency as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeesForm {
    /// ISO code.
    pub currency: String,
    /// Escrow fee in percent.
    pub escrow_rate: String,
    /// Least escrow fee.
    pub escrow_min: String,
    /// Greatest escrow fee.
    pub escrow_max: String,
    /// Greatest escrow fee between private persons.
    pub private_max: String,
    /// What the rail charges, in percent.
    pub gateway_rate: String,
    /// What it charges besides.
    pub gateway_fixed: String,
    /// The most it charges.
    pub gateway_max: String,
    /// For each payout to a service provider.
    pub payout: String,
    /// The day they begin; empty is now.
    pub from: String,
}

/// Limits of a currency as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LimitsForm {
    /// ISO code.
    pub currency: String,
    /// Least price.
    pub price_min: String,
    /// Greatest price.
    pub price_max: String,
    /// Above this a payout needs a second administrator; empty is never.
    pub four_eyes: String,
}

/// Default times as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimesForm {
    /// Hours to pay.
    pub payment_hours: String,
    /// Days to deliver.
    pub delivery_days: String,
    /// Hours to accept or reject.
    pub inspection_hours: String,
    /// Hours to answer a rejection.
    pub answer_hours: String,
    /// Days to raise a dispute.
    pub raise_days: String,
    /// Days of the dispute manager.
    pub ruling_days: String,
    /// Days of the administrator.
    pub escalation_days: String,
}

impl Backend {
    /// Sets how long people have where a seller says nothing else, and how long disputes take. Orders keep their own.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Invalid`] with every refused field;
    /// [`Error::Unconfirmed`].
    pub async fn set_times(&self, viewer: &Viewer, form: &TimesForm) -> Result<()> {
        self.administrator(viewer)?;
        let mut wrong = Vec::new();
        let mut whole = |field: &str, typed: &str| {
            let read = typed.trim().parse::<u32>().map_err(|_| "Enter a whole number.".to_owned());
            keep(&mut wrong, field, read).unwrap_or(0)
        };
        let times = DefaultTimes {
            payment_hours: whole("payment_hours", &form.payment_hours),
            delivery_days: whole("delivery_days", &form.delivery_days),
            inspection_hours: whole("inspection_hours", &form.inspection_hours),
            answer_hours: whole("answer_hours", &form.answer_hours),
            raise_days: whole("raise_days", &form.raise_days),
            ruling_days: whole("ruling_days", &form.ruling_days),
            escalation_days: whole("escalation_days", &form.escalation_days),
        };
        if let Err(errors) = times.terms().validate(PRICE_MINOR_MAX) {
            for error in errors {
                let message = format!("Enter a number from {} to {}.", error.min, error.max);
                if wrong.iter().all(|known| known.field != error.field) {
                    wrong.push(FieldError::new(error.field, message));
                }
            }
        }
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        self.change_platform(viewer, "times", |settings| {
            settings.times = times;
            format!(
                "pay {} h, deliver {} d, look {} h, answer {} h, raise {} d, rule {} d, escalated {} d",
                times.payment_hours,
                times.delivery_days,
                times.inspection_hours,
                times.answer_hours,
                times.raise_days,
                times.ruling_days,
                times.escalation_days
            )
        })
        .await
    }

    /// Names the platform.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Invalid`] at `name`; [`Error::Unconfirmed`].
    pub async fn set_platform_name(&self, viewer: &Viewer, name: &str) -> Result<()> {
        self.administrator(viewer)?;
        let name = text::line(name, "a name", NAME_CHARS_MAX).map_err(|message| Error::field("name", message))?;
        self.change_platform(viewer, "name", |settings| {
            let detail = format!("{} → {name}", settings.name);
            settings.name = name;
            detail
        })
        .await
    }

    /// Sets the platform's logo; it is decoded and encoded anew.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Invalid`] at `files`; [`Error::Unconfirmed`].
    pub async fn set_logo(&self, viewer: &Viewer, uploads: Vec<Upload>) -> Result<()> {
        self.administrator(viewer)?;
        viewer.confirmed()?;
        let upload = uploads.into_iter().find(|upload| !upload.body.is_empty());
        let upload = upload.ok_or_else(|| Error::field("files", "Choose a picture first."))?;
        let encoded = tokio::task::spawn_blocking(move || pictures::logo(upload));
        let body = encoded.await.map_err(|source| Error::internal("logo", source))??;
        let tx = self.db().begin().await?;
        platform_files::set(&tx, LOGO, "image/png", body, self.now()).await?;
        tx.commit().await?;
        self.change_platform(viewer, "logo", |settings| {
            settings.logo += 1;
            format!("version {}", settings.logo)
        })
        .await
    }

    /// The platform's logo, as PNG.
    ///
    /// # Errors
    /// [`Error::NotFound`] where none was set.
    pub async fn logo(&self) -> Result<Vec<u8>> {
        let found = platform_files::find(self.db().read(), LOGO).await?;
        found.map(|(_, body)| body).ok_or(Error::NotFound)
    }

    /// Sets the fees of a currency from a day on, or from now.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Invalid`] with every refused field;
    /// [`Error::Unconfirmed`].
    pub async fn set_fees(&self, viewer: &Viewer, form: &FeesForm, zone: Zone) -> Result<()> {
        self.administrator(viewer)?;
        let (fees, from) = read_fees(form, zone, self.now())?;
        self.add_fees(viewer, fees, from).await
    }

    /// Sets the price limits of a currency, and above what a payout needs a second administrator.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Invalid`] with every refused field;
    /// [`Error::Unconfirmed`].
    pub async fn set_limits(&self, viewer: &Viewer, form: &LimitsForm) -> Result<()> {
        self.administrator(viewer)?;
        let mut wrong = Vec::new();
        let currency = traded(&mut wrong, &form.currency)?;
        let min = keep(&mut wrong, "price_min", typed::minor(&form.price_min, currency));
        let max = keep(&mut wrong, "price_max", typed::minor(&form.price_max, currency));
        let four_eyes = match form.four_eyes.trim() {
            "" => Some(None),
            typed => keep(&mut wrong, "four_eyes", typed::minor(typed, currency)).map(Some),
        };
        let (Some(min), Some(max), Some(four_eyes)) = (min, max, four_eyes) else { return Err(Error::Invalid(wrong)) };
        let shown = |minor| Money::or_zero(minor, currency);
        if min < PRICE_MINOR_MIN || max > PRICE_MINOR_MAX || min > max {
            let message = format!(
                "Choose a range within {} and {}, the least first.",
                shown(PRICE_MINOR_MIN),
                shown(PRICE_MINOR_MAX)
            );
            return Err(Error::field("price_max", message));
        }
        self.change_platform(viewer, &format!("limits {}", currency.code()), |settings| {
            settings.limits.insert(currency, PriceLimits { min, max });
            match four_eyes {
                Some(limit) => settings.four_eyes.insert(currency, limit),
                None => settings.four_eyes.remove(&currency),
            };
            let four_eyes = four_eyes.map_or_else(|| "never".to_owned(), |limit| shown(limit).to_string());
            format!("prices {} to {}, four eyes above {four_eyes}", shown(min), shown(max))
        })
        .await
    }

    /// Sets the platform's own account in a currency, to which buyers transfer and from which payouts leave.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Invalid`] with every refused field;
    /// [`Error::Unconfirmed`].
    pub async fn set_own_bank(&self, viewer: &Viewer, form: &BankDetails, code: &str) -> Result<()> {
        self.administrator(viewer)?;
        let (currency, checked) = bank::check(form, self.is_sandbox())?;
        let code: String = code.trim().to_uppercase();
        if code.len() > 11 || !code.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(Error::field("code", "Enter the bank's BIC or national code: at most 11 letters and digits."));
        }
        let own = OwnBank { bank: checked.bank, code, number: checked.number, holder: checked.holder };
        self.change_platform(viewer, &format!("bank {}", currency.code()), |settings| {
            let detail = format!("{}, {}", own.bank, own.number);
            settings.banks.insert(currency, own);
            detail
        })
        .await
    }

    /// Sets how payouts leave, and on which days banks do not work: dates, one a line.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who is not the administrator; [`Error::Invalid`] at `holidays`; [`Error::Unconfirmed`].
    pub async fn set_payout_settings(&self, viewer: &Viewer, by_file: bool, holidays: &str) -> Result<()> {
        self.administrator(viewer)?;
        let mut days = BTreeSet::new();
        for (index, line) in holidays.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
            let message = || format!("Line {}: write a date as year-month-day, such as 2026-12-25.", index + 1);
            days.insert(iso_date(line).ok_or_else(|| Error::field("holidays", message()))?);
        }
        self.change_platform(viewer, "payouts", |settings| {
            let detail = format!("by {}, {} holidays", if by_file { "bank file" } else { "rail" }, days.len());
            settings.payouts_by_file = by_file;
            settings.holidays = days;
            detail
        })
        .await
    }
}

fn read_fees(form: &FeesForm, zone: Zone, now: OffsetDateTime) -> Result<(FeeSchedule, OffsetDateTime)> {
    let mut wrong = Vec::new();
    let currency = traded(&mut wrong, &form.currency)?;
    let escrow_rate = rate(&mut wrong, "escrow_rate", &form.escrow_rate);
    let gateway_rate = rate(&mut wrong, "gateway_rate", &form.gateway_rate);
    let mut amount = |field: &'static str, typed: &str| keep(&mut wrong, field, typed::minor(typed, currency));
    let escrow_min = amount("escrow_min", &form.escrow_min);
    let escrow_max = amount("escrow_max", &form.escrow_max);
    let private_max = amount("private_max", &form.private_max);
    let gateway_fixed = amount("gateway_fixed", &form.gateway_fixed);
    let gateway_max = amount("gateway_max", &form.gateway_max);
    let payout = amount("payout", &form.payout);
    for (field, max) in [("escrow_max", escrow_max), ("private_max", private_max)] {
        if max.zip(escrow_min).is_some_and(|(max, min)| max < min) {
            wrong.push(FieldError::new(field, "The greatest fee cannot be less than the least."));
        }
    }
    let from = match form.from.trim() {
        "" => Some(now),
        typed => {
            let start = zone.day(typed).filter(|from| *from > now);
            keep(&mut wrong, "from", start.ok_or_else(|| "Choose a day to come, or leave it empty for now.".to_owned()))
        }
    };
    let all =
        (escrow_rate, gateway_rate, escrow_min, escrow_max, private_max, gateway_fixed, gateway_max, payout, from);
    let (
        Some(escrow_rate),
        Some(gateway_rate),
        Some(escrow_min),
        Some(escrow_max),
        Some(private_max),
        Some(gateway_fixed),
        Some(gateway_max),
        Some(payout),
        Some(from),
    ) = all
    else {
        return Err(Error::Invalid(wrong));
    };
    if !wrong.is_empty() {
        return Err(Error::Invalid(wrong));
    }
    let escrow = |max| Tariff { rate: escrow_rate, fixed: 0, min: escrow_min, max };
    let gateway = Tariff { rate: gateway_rate, fixed: gateway_fixed, min: 0, max: gateway_max };
    let (escrow, escrow_p2p) = (escrow(escrow_max), escrow(private_max));
    Ok((FeeSchedule { currency, escrow, escrow_p2p, gateway, payout }, from))
}

fn traded(wrong: &mut Vec<FieldError>, code: &str) -> Result<Currency> {
    keep(wrong, "currency", typed::traded(code)).ok_or_else(|| Error::Invalid(std::mem::take(wrong)))
}

fn rate(wrong: &mut Vec<FieldError>, field: &str, typed: &str) -> Option<BasisPoints> {
    keep(wrong, field, BasisPoints::parse(typed).map_err(str::to_owned))
}
