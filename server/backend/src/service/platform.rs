//! What the administrator sets for the whole platform: its name, fees, limits, holidays and how it pays out
//! (rules.md sections 1 and 5.2). Orders keep the quote they were paid at, so a change touches none that exists.

use crate::Backend;
use crate::error::{Error, Result};
use crate::repo::fee_schedules::{self, DatedFees};
use crate::repo::{settings, staff_events};
use crate::service::viewer::Viewer;
use domain::fee::FeeSchedule;
use domain::limits::{PRICE_MINOR_MAX, PRICE_MINOR_MIN};
use domain::money::{Currency, Money};
use domain::order::{Price, Terms};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};
use time::{Date, OffsetDateTime};
use tokio::time::Instant;

pub use crate::repo::fee_schedules::DatedFees as FeeHistoryRow;

const SETTING: &str = "platform";
/// Another process may have changed the settings: they are read again after this long.
const FRESH_FOR: std::time::Duration = std::time::Duration::from_secs(5);
/// What the platform is called where the administrator says nothing.
const DEFAULT_NAME: &str = "Holdfast";

/// The least and the greatest price of an order, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLimits {
    /// The least.
    pub min: i64,
    /// The greatest.
    pub max: i64,
}

impl Default for PriceLimits {
    fn default() -> Self {
        Self { min: PRICE_MINOR_MIN, max: PRICE_MINOR_MAX }
    }
}

/// The platform's own account in a currency: buyers transfer to it, and payouts leave it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnBank {
    /// The bank's name.
    pub bank: String,
    /// The bank's BIC or national code; may be empty.
    pub code: String,
    /// IBAN or account number.
    pub number: String,
    /// The holder.
    pub holder: String,
}

/// How long people have where a seller says nothing else, and how long disputes take (rules.md section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefaultTimes {
    /// Hours to pay, 1 to 720.
    pub payment_hours: u32,
    /// Days to deliver, 1 to 90.
    pub delivery_days: u32,
    /// Hours to accept or reject, 24 to 720.
    pub inspection_hours: u32,
    /// Hours to answer a rejection, 24 to 336.
    pub answer_hours: u32,
    /// Days to raise a dispute, 1 to 30; the same for everybody.
    pub raise_days: u32,
    /// Days of the dispute manager, 1 to 60; the same for everybody.
    pub ruling_days: u32,
    /// Days of the administrator, 1 to 30; the same for everybody.
    pub escalation_days: u32,
}

impl Default for DefaultTimes {
    fn default() -> Self {
        Self::of(&Terms::default())
    }
}

impl DefaultTimes {
    const fn of(terms: &Terms) -> Self {
        Self {
            payment_hours: terms.payment_hours,
            delivery_days: terms.delivery_days,
            inspection_hours: terms.inspection_hours,
            answer_hours: terms.answer_hours,
            raise_days: terms.raise_days,
            ruling_days: terms.ruling_days,
            escalation_days: terms.escalation_days,
        }
    }

    /// Terms of a seller who set none.
    #[must_use]
    pub fn terms(self) -> Terms {
        let chosen = Terms {
            payment_hours: self.payment_hours,
            delivery_days: self.delivery_days,
            inspection_hours: self.inspection_hours,
            answer_hours: self.answer_hours,
            ..Terms::default()
        };
        self.over(chosen)
    }

    /// A seller's terms with what the platform decides for everybody.
    #[must_use]
    pub fn over(self, terms: Terms) -> Terms {
        Terms {
            raise_days: self.raise_days,
            ruling_days: self.ruling_days,
            escalation_days: self.escalation_days,
            ..terms
        }
    }
}

/// The default times, read in the caller's transaction.
pub(crate) async fn default_times(connection: &impl ConnectionTrait) -> Result<DefaultTimes> {
    let stored = settings::get(connection, SETTING).await?;
    let settings: Option<PlatformSettings> = stored.map(|json| serde_json::from_str(&json)).transpose()?;
    Ok(settings.unwrap_or_default().times)
}

/// What the administrator sets, but for the fees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlatformSettings {
    /// What the platform is called.
    pub name: String,
    /// Which version of the logo is shown; 0 is the built-in one.
    pub logo: u32,
    /// Prices of orders by currency.
    pub limits: BTreeMap<Currency, PriceLimits>,
    /// A payout of more than this, or a batch of payouts, needs a second administrator; minor units by currency.
    pub four_eyes: BTreeMap<Currency, i64>,
    /// The platform's own bank accounts.
    pub banks: BTreeMap<Currency, OwnBank>,
    /// Payouts to bank accounts leave by a file for the bank instead of by the rail.
    pub payouts_by_file: bool,
    /// Days on which banks do not work, besides weekends.
    pub holidays: BTreeSet<Date>,
    /// How long people have.
    pub times: DefaultTimes,
}

impl Default for PlatformSettings {
    fn default() -> Self {
        Self {
            name: DEFAULT_NAME.to_owned(),
            logo: 0,
            limits: BTreeMap::new(),
            four_eyes: BTreeMap::new(),
            banks: BTreeMap::new(),
            payouts_by_file: false,
            holidays: BTreeSet::new(),
            times: DefaultTimes::default(),
        }
    }
}

/// What counts now.
#[derive(Debug, Clone)]
pub struct Platform {
    /// What the administrator set.
    pub settings: PlatformSettings,
    /// The fees that count now, one for each currency that is traded.
    pub fees: Vec<FeeSchedule>,
}

impl Platform {
    /// The fees in a currency.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `currency` where it is not traded.
    pub fn fees(&self, currency: Currency) -> Result<&FeeSchedule> {
        let found = self.fees.iter().find(|fees| fees.currency == currency);
        found.ok_or_else(|| Error::field("currency", format!("Orders in {currency} are not offered yet.")))
    }

    /// The limits of prices in a currency.
    #[must_use]
    pub fn limits(&self, currency: Currency) -> PriceLimits {
        self.settings.limits.get(&currency).copied().unwrap_or_default()
    }

    /// Checks a price against the platform's limits.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `amount`.
    pub fn allows(&self, price: Price) -> Result<()> {
        let limits = self.limits(price.currency);
        if (limits.min..=limits.max).contains(&price.product) {
            return Ok(());
        }
        let shown = |minor| Money::or_zero(minor, price.currency);
        let message = format!("Prices here are between {} and {}.", shown(limits.min), shown(limits.max));
        Err(Error::field("amount", message))
    }

    /// Above how much a payout or a batch needs a second administrator, minor units.
    #[must_use]
    pub fn four_eyes(&self, currency: Currency) -> Option<i64> {
        self.settings.four_eyes.get(&currency).copied()
    }
}

/// The settings as they were read last, so that not every request reads them.
#[derive(Default)]
pub(crate) struct Cache(RwLock<Option<Cached>>);

#[derive(Clone)]
struct Cached {
    at: Instant,
    settings: Arc<PlatformSettings>,
    history: Arc<Vec<DatedFees>>,
}

impl Cache {
    fn get(&self) -> Option<Cached> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, cached: Option<Cached>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = cached;
    }
}

impl Backend {
    async fn platform_rows(&self, connection: &impl ConnectionTrait) -> Result<Cached> {
        if let Some(cached) = self.platform_cache().get().filter(|cached| cached.at.elapsed() < FRESH_FOR) {
            return Ok(cached);
        }
        let stored = settings::get(connection, SETTING).await?;
        let settings = stored.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default();
        let history = fee_schedules::history(connection).await?;
        let cached = Cached { at: Instant::now(), settings: Arc::new(settings), history: Arc::new(history) };
        self.platform_cache().set(Some(cached.clone()));
        Ok(cached)
    }

    /// What counts now for the whole platform.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn platform(&self) -> Result<Platform> {
        self.platform_on(self.db().read()).await
    }

    /// The same inside a transaction: another connection may not be had while every one waits for a lock.
    pub(crate) async fn platform_on(&self, connection: &impl ConnectionTrait) -> Result<Platform> {
        let rows = self.platform_rows(connection).await?;
        let now = self.now();
        let fees = Currency::TRADED.into_iter().filter_map(|currency| current_fees(&rows.history, currency, now));
        Ok(Platform { settings: PlatformSettings::clone(&rows.settings), fees: fees.collect() })
    }

    /// What the platform is called, as last read.
    #[must_use]
    pub fn platform_name(&self) -> String {
        self.platform_cache().get().map_or_else(|| DEFAULT_NAME.to_owned(), |cached| cached.settings.name.clone())
    }

    /// The history of the fees for the administrator, what is set last first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub async fn fee_history(&self, viewer: &Viewer) -> Result<Vec<DatedFees>> {
        self.administrator(viewer)?;
        fee_schedules::history(self.db().read()).await
    }

    /// What staff did last, for the administrator.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else.
    pub async fn staff_log(&self, viewer: &Viewer, limit: u64) -> Result<Vec<(staff_events::StaffEvent, String)>> {
        self.administrator(viewer)?;
        let mut rows = Vec::new();
        for event in staff_events::newest(self.db().read(), limit).await? {
            let name = match event.user {
                Some(user) => crate::repo::users::by_id(self.db().read(), user).await?.map(|user| user.name),
                None => None,
            };
            rows.push((event, name.unwrap_or_else(|| "The command line".to_owned())));
        }
        Ok(rows)
    }

    /// Changes the settings in one transaction with its record; `what` names the change and how it reads.
    pub(crate) async fn change_platform(
        &self,
        viewer: &Viewer,
        subject: &str,
        change: impl FnOnce(&mut PlatformSettings) -> String + std::marker::Send,
    ) -> Result<()> {
        self.administrator(viewer)?;
        viewer.confirmed()?;
        let tx = self.db().begin().await?;
        let stored = settings::get(&tx, SETTING).await?;
        let mut now_set: PlatformSettings =
            stored.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default();
        let detail = change(&mut now_set);
        settings::set(&tx, SETTING, serde_json::to_string(&now_set)?).await?;
        staff_events::record(&tx, self.staff_event(viewer, "change_settings", subject.to_owned(), detail)).await?;
        tx.commit().await?;
        self.platform_cache().set(None);
        // The name is asked for without waiting, so it is read again at once.
        self.platform_rows(self.db().read()).await.map(drop)
    }

    /// Sets the fees of a currency from an instant on.
    pub(crate) async fn add_fees(&self, viewer: &Viewer, fees: FeeSchedule, from: OffsetDateTime) -> Result<()> {
        self.administrator(viewer)?;
        viewer.confirmed()?;
        let dated = DatedFees { currency: fees.currency, fees, from, by: viewer.user, created_at: self.now() };
        let detail = format!("from {from}: {}", serde_json::to_string(&fees)?);
        let tx = self.db().begin().await?;
        fee_schedules::insert(&tx, &dated).await?;
        staff_events::record(&tx, self.staff_event(viewer, "set_fees", fees.currency.code().to_owned(), detail))
            .await?;
        tx.commit().await?;
        self.platform_cache().set(None);
        Ok(())
    }
}

/// The fees that count at `now`: the latest that began, else those an installation starts with.
fn current_fees(history: &[DatedFees], currency: Currency, now: OffsetDateTime) -> Option<FeeSchedule> {
    let began = history.iter().find(|dated| dated.currency == currency && dated.from <= now);
    began.map(|dated| dated.fees).or_else(|| FeeSchedule::default_for(currency))
}
