//! Statements as ISO 20022 `camt.053` (Bank To Customer Statement), in any of its versions: what is read here has been the
//! same in all of them but for two places, and both are read.

use super::statement::{Malformed, Movement};
use super::xml::{Node, parse};
use domain::clock_text::iso_date;
use domain::money::{Currency, Money};
use time::Date;

/// Reads a statement; only what is booked counts.
///
/// # Errors
/// [`Malformed`] with the first line that is wrong; then nothing of the file counts.
pub fn read(body: &[u8]) -> Result<Vec<Movement>, Malformed> {
    let root = parse(body)?;
    let report = root.at(&["BkToCstmrStmt"]).filter(|_| root.name == "Document");
    let report = report.ok_or_else(|| Malformed::new(root.line, "Not a camt.053 statement: no BkToCstmrStmt."))?;
    let mut movements = Vec::new();
    let mut statements = 0;
    for statement in report.all("Stmt") {
        statements += 1;
        for entry in statement.all("Ntry") {
            let status = entry.at(&["Sts", "Cd"]).or_else(|| entry.at(&["Sts"]));
            match status.map_or("", |status| status.text.trim()) {
                "BOOK" => read_entry(entry, &mut movements)?,
                "PDNG" | "INFO" | "FUTR" => {}
                other => return Err(Malformed::new(entry.line, format!("The status “{other}” is not known."))),
            }
        }
    }
    if statements == 0 {
        return Err(Malformed::new(report.line, "The file has no statement."));
    }
    Ok(movements)
}

/// An entry is one movement, or one for each of its transactions where the bank booked several together.
fn read_entry(entry: &Node, movements: &mut Vec<Movement>) -> Result<(), Malformed> {
    let amount = money(entry)?;
    let mut credit = direction(entry)?;
    if entry.text_at(&["RvslInd"]) == "true" {
        credit = !credit;
    }
    let booked_on = booked(entry)?;
    let details: Vec<&Node> = entry.all("NtryDtls").flat_map(|details| details.all("TxDtls")).collect();
    let bank_reference = entry.text_at(&["AcctSvcrRef"]).to_owned();
    let before = movements.len();
    for (index, detail) in details.iter().enumerate() {
        let own = match detail.at(&["Amt"]).or_else(|| detail.at(&["AmtDtls", "TxAmt", "Amt"])) {
            Some(node) => read_amount(node)?,
            None if details.len() == 1 => amount,
            None => return Err(Malformed::new(detail.line, "A transaction of several has no amount of its own.")),
        };
        let reference = match details.len() {
            1 => bank_reference.clone(),
            _ => format!("{bank_reference}/{}", index + 1),
        };
        movements.push(movement(detail, own, credit, booked_on, reference));
    }
    if details.is_empty() {
        movements.push(movement(entry, amount, credit, booked_on, bank_reference));
    }
    let sum: i64 = movements.iter().skip(before).map(|movement| movement.amount.minor()).sum();
    if sum != amount.minor() {
        return Err(Malformed::new(entry.line, "The transactions of this entry do not add up to its amount."));
    }
    Ok(())
}

fn movement(detail: &Node, amount: Money, credit: bool, booked_on: Date, bank_reference: String) -> Movement {
    // Who is on the other side: the debtor of what came in, the creditor of what went out.
    let (party, account) = if credit { ("Dbtr", "DbtrAcct") } else { ("Cdtr", "CdtrAcct") };
    let parties = detail.at(&["RltdPties"]);
    let name = |path: &[&str]| parties.map_or("", |parties| parties.text_at(path));
    let counterparty = match name(&[party, "Nm"]) {
        // Since version 8 the name stands one level deeper.
        "" => name(&[party, "Pty", "Nm"]),
        named => named,
    };
    let number = match name(&[account, "Id", "IBAN"]) {
        "" => name(&[account, "Id", "Othr", "Id"]),
        iban => iban,
    };
    let remittance: Vec<&str> =
        detail.at(&["RmtInf"]).map(|info| info.all("Ustrd").map(|text| text.text.trim()).collect()).unwrap_or_default();
    let end_to_end = match detail.text_at(&["Refs", "EndToEndId"]) {
        "NOTPROVIDED" => "",
        given => given,
    };
    let returned = detail.at(&["RtrInf"]).map(|info| match info.text_at(&["Rsn", "Cd"]) {
        "" => info.text_at(&["AddtlInf"]).to_owned(),
        code => code.to_owned(),
    });
    Movement {
        line: detail.line,
        booked_on,
        amount,
        credit,
        end_to_end: end_to_end.to_owned(),
        reference: remittance.join(" "),
        counterparty: counterparty.to_owned(),
        counterparty_account: number.to_owned(),
        bank_reference,
        returned,
    }
}

fn money(entry: &Node) -> Result<Money, Malformed> {
    let node = entry.at(&["Amt"]).ok_or_else(|| Malformed::new(entry.line, "An entry without an amount (Amt)."))?;
    read_amount(node)
}

fn read_amount(node: &Node) -> Result<Money, Malformed> {
    let code = node.attribute("Ccy").unwrap_or_default();
    let currency = Currency::from_code(code)
        .ok_or_else(|| Malformed::new(node.line, format!("“{code}” is no currency that is known here.")))?;
    let typed = node.text.trim();
    let amount = Money::parse(typed, currency)
        .map_err(|error| Malformed::new(node.line, format!("The amount “{typed}” cannot be read: {error}")))?;
    if amount.minor() == 0 { Err(Malformed::new(node.line, "An amount of nothing.")) } else { Ok(amount) }
}

fn direction(entry: &Node) -> Result<bool, Malformed> {
    match entry.text_at(&["CdtDbtInd"]) {
        "CRDT" => Ok(true),
        "DBIT" => Ok(false),
        _ => Err(Malformed::new(entry.line, "An entry that is neither CRDT nor DBIT (CdtDbtInd).")),
    }
}

fn booked(entry: &Node) -> Result<Date, Malformed> {
    let written = match entry.text_at(&["BookgDt", "Dt"]) {
        "" => entry.text_at(&["BookgDt", "DtTm"]),
        day => day,
    };
    let day = written.get(..10).and_then(iso_date);
    day.ok_or_else(|| Malformed::new(entry.line, "An entry without a booking date (BookgDt)."))
}
