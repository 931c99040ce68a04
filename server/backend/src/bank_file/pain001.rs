//! Payment orders as ISO 20022 `pain.001.001.09` (Customer Credit Transfer Initiation), the form most banks take.

use domain::bank::looks_like_iban;
use domain::money::{Currency, Money};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

/// The namespace that names the version.
pub const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

/// An account with its bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyAccount {
    /// The holder.
    pub name: String,
    /// IBAN or account number.
    pub number: String,
    /// The bank's name.
    pub bank: String,
    /// The bank's BIC or national code; may be empty.
    pub code: String,
}

/// One credit transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditTransfer {
    /// Comes back on the statement: at most 35 characters.
    pub end_to_end: String,
    /// Minor units.
    pub minor: i64,
    /// Who is paid.
    pub to: PartyAccount,
    /// What the payee reads.
    pub remittance: String,
}

/// Transfers in one currency from one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentOrder {
    /// Names the file to the bank: at most 35 characters.
    pub id: String,
    /// When it is made.
    pub made_at: OffsetDateTime,
    /// When the bank should send it.
    pub execute_on: Date,
    /// From which account.
    pub from: PartyAccount,
    /// The currency of every amount.
    pub currency: Currency,
    /// The transfers.
    pub transfers: Vec<CreditTransfer>,
}

/// Writes the file.
///
/// # Errors
/// Never for a writer in memory.
pub fn print(order: &PaymentOrder) -> io::Result<String> {
    let mut xml = Xml { writer: Writer::new_with_indent(Vec::new(), b' ', 2) };
    xml.writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let count = order.transfers.len().to_string();
    let sum = Money::or_zero(order.transfers.iter().map(|transfer| transfer.minor).sum(), order.currency).plain();
    let made = order.made_at.replace_nanosecond(0).unwrap_or(order.made_at);
    let made = made.format(&Rfc3339).map_err(io::Error::other)?;
    let mut document = BytesStart::new("Document");
    document.push_attribute(("xmlns", NAMESPACE));
    xml.writer.write_event(Event::Start(document))?;
    xml.within("CstmrCdtTrfInitn", |xml| {
        xml.within("GrpHdr", |xml| {
            xml.text("MsgId", &order.id, 35)?;
            xml.text("CreDtTm", &made, 35)?;
            xml.text("NbOfTxs", &count, 15)?;
            xml.text("CtrlSum", &sum, 18)?;
            xml.within("InitgPty", |xml| xml.text("Nm", &order.from.name, 140))
        })?;
        xml.within("PmtInf", |xml| {
            xml.text("PmtInfId", &order.id, 35)?;
            xml.text("PmtMtd", "TRF", 3)?;
            xml.text("NbOfTxs", &count, 15)?;
            xml.text("CtrlSum", &sum, 18)?;
            xml.within("ReqdExctnDt", |xml| xml.text("Dt", &order.execute_on.to_string(), 10))?;
            xml.within("Dbtr", |xml| xml.text("Nm", &order.from.name, 140))?;
            xml.account("DbtrAcct", &order.from.number, Some(order.currency))?;
            xml.agent("DbtrAgt", &order.from)?;
            order.transfers.iter().try_for_each(|transfer| xml.transfer(transfer, order.currency))
        })
    })?;
    xml.writer.write_event(Event::End(BytesEnd::new("Document")))?;
    String::from_utf8(xml.writer.into_inner()).map_err(io::Error::other)
}

struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self) -> io::Result<()>) -> io::Result<()> {
        self.writer.write_event(Event::Start(BytesStart::new(name)))?;
        inside(self)?;
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element with text, cut to what the schema allows.
    fn text(&mut self, name: &str, text: &str, chars_max: usize) -> io::Result<()> {
        let cut: String = text.chars().filter(|c| !c.is_control()).take(chars_max).collect();
        self.writer.write_event(Event::Start(BytesStart::new(name)))?;
        self.writer.write_event(Event::Text(BytesText::new(&cut)))?;
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    fn account(&mut self, name: &str, number: &str, currency: Option<Currency>) -> io::Result<()> {
        self.within(name, |xml| {
            xml.within("Id", |xml| {
                if looks_like_iban(number) {
                    return xml.text("IBAN", number, 34);
                }
                xml.within("Othr", |xml| xml.text("Id", number, 34))
            })?;
            currency.map_or(Ok(()), |currency| xml.text("Ccy", currency.code(), 3))
        })
    }

    /// The bank: by its BIC, its code in the national clearing system, or its name alone.
    fn agent(&mut self, name: &str, party: &PartyAccount) -> io::Result<()> {
        self.within(name, |xml| {
            xml.within("FinInstnId", |xml| {
                if is_bic(&party.code) {
                    return xml.text("BICFI", &party.code, 11);
                }
                if !party.code.is_empty() {
                    xml.within("ClrSysMmbId", |xml| xml.text("MmbId", &party.code, 35))?;
                }
                xml.text("Nm", &party.bank, 140)
            })
        })
    }

    fn transfer(&mut self, transfer: &CreditTransfer, currency: Currency) -> io::Result<()> {
        self.within("CdtTrfTxInf", |xml| {
            xml.within("PmtId", |xml| {
                xml.text("InstrId", &transfer.end_to_end, 35)?;
                xml.text("EndToEndId", &transfer.end_to_end, 35)
            })?;
            xml.within("Amt", |xml| {
                let mut amount = BytesStart::new("InstdAmt");
                amount.push_attribute(("Ccy", currency.code()));
                xml.writer.write_event(Event::Start(amount))?;
                xml.writer
                    .write_event(Event::Text(BytesText::new(&Money::or_zero(transfer.minor, currency).plain())))?;
                xml.writer.write_event(Event::End(BytesEnd::new("InstdAmt")))
            })?;
            xml.agent("CdtrAgt", &transfer.to)?;
            xml.within("Cdtr", |xml| xml.text("Nm", &transfer.to.name, 140))?;
            xml.account("CdtrAcct", &transfer.to.number, None)?;
            xml.within("RmtInf", |xml| xml.text("Ustrd", &transfer.remittance, 140))
        })
    }
}

/// Four letters of the bank, two of the country, two of the place, and perhaps three of the branch (ISO 9362).
fn is_bic(code: &str) -> bool {
    let letters = code.chars().take(6).filter(char::is_ascii_uppercase).count() == 6;
    letters && matches!(code.len(), 8 | 11) && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}
