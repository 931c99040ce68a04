//! Files for and from the bank: what is written has the structure of the published schema, what is read is read whole or
//! refused with the line that is wrong.

use backend::bank_file::pain001::{self, CreditTransfer, NAMESPACE, PartyAccount, PaymentOrder};
use backend::bank_file::{Movement, camt053, payments_csv, statement_csv};
use domain::money::{Currency, Money};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::collections::BTreeMap;
use time::macros::{date, datetime};

fn account(name: &str, number: &str, code: &str) -> PartyAccount {
    PartyAccount { name: name.into(), number: number.into(), bank: "Zenith Bank".into(), code: code.into() }
}

fn transfer(end_to_end: &str, minor: i64, to: PartyAccount) -> CreditTransfer {
    CreditTransfer { end_to_end: end_to_end.into(), minor, to, remittance: "Holdfast order 1042".into() }
}

fn order() -> PaymentOrder {
    PaymentOrder {
        id: "BATCH-1001".into(),
        made_at: datetime!(2026-11-20 12:00 UTC),
        execute_on: date!(2026 - 11 - 20),
        from: account("Holdfast Ltd", "0123456788", "057"),
        currency: Currency::Ngn,
        transfers: vec![
            transfer("0190aa", 1_250_000, account("Ada & Söhne <Foods>", "0123456785", "058")),
            transfer("0190bb", 5, account("Bob", "GB29NWBK60161331926819", "NWBKGB2L")),
        ],
    }
}

/// The children that the schema `pain.001.001.09` allows in each element that we write, in their order, with how often each
/// may stand (least, most), transcribed from the published schema; `…` follows in it but is never written by us.
fn schema() -> BTreeMap<&'static str, Vec<(&'static str, usize, usize)>> {
    const MANY: usize = usize::MAX;
    BTreeMap::from([
        ("Document", vec![("CstmrCdtTrfInitn", 1, 1)]),
        ("CstmrCdtTrfInitn", vec![("GrpHdr", 1, 1), ("PmtInf", 1, MANY)]),
        ("GrpHdr", vec![("MsgId", 1, 1), ("CreDtTm", 1, 1), ("NbOfTxs", 1, 1), ("CtrlSum", 0, 1), ("InitgPty", 1, 1)]),
        ("InitgPty", vec![("Nm", 0, 1)]),
        (
            "PmtInf",
            vec![
                ("PmtInfId", 1, 1),
                ("PmtMtd", 1, 1),
                ("BtchBookg", 0, 1),
                ("NbOfTxs", 0, 1),
                ("CtrlSum", 0, 1),
                ("PmtTpInf", 0, 1),
                ("ReqdExctnDt", 1, 1),
                ("Dbtr", 1, 1),
                ("DbtrAcct", 1, 1),
                ("DbtrAgt", 1, 1),
                ("ChrgBr", 0, 1),
                ("CdtTrfTxInf", 1, MANY),
            ],
        ),
        ("ReqdExctnDt", vec![("Dt", 0, 1), ("DtTm", 0, 1)]),
        ("Dbtr", vec![("Nm", 0, 1)]),
        ("Cdtr", vec![("Nm", 0, 1)]),
        ("DbtrAcct", vec![("Id", 0, 1), ("Tp", 0, 1), ("Ccy", 0, 1)]),
        ("CdtrAcct", vec![("Id", 0, 1), ("Tp", 0, 1), ("Ccy", 0, 1)]),
        ("Acct/Id", vec![("IBAN", 0, 1), ("Othr", 0, 1)]),
        ("Othr", vec![("Id", 1, 1)]),
        ("DbtrAgt", vec![("FinInstnId", 1, 1)]),
        ("CdtrAgt", vec![("FinInstnId", 1, 1)]),
        ("FinInstnId", vec![("BICFI", 0, 1), ("ClrSysMmbId", 0, 1), ("LEI", 0, 1), ("Nm", 0, 1)]),
        ("ClrSysMmbId", vec![("ClrSysId", 0, 1), ("MmbId", 1, 1)]),
        (
            "CdtTrfTxInf",
            vec![
                ("PmtId", 1, 1),
                ("PmtTpInf", 0, 1),
                ("Amt", 1, 1),
                ("ChrgBr", 0, 1),
                ("CdtrAgt", 0, 1),
                ("Cdtr", 0, 1),
                ("CdtrAcct", 0, 1),
                ("RmtInf", 0, 1),
            ],
        ),
        ("PmtId", vec![("InstrId", 0, 1), ("EndToEndId", 1, 1)]),
        ("Amt", vec![("InstdAmt", 1, 1)]),
        ("RmtInf", vec![("Ustrd", 0, MANY)]),
    ])
}

/// The texts of a file by path, after its structure was held against the schema.
fn checked(xml: &str) -> Vec<(String, String)> {
    let schema = schema();
    let mut reader = Reader::from_str(xml);
    let mut open: Vec<(String, Vec<String>, String)> = Vec::new();
    let mut texts = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                if let Some(parent) = open.last_mut() {
                    parent.1.push(name.clone());
                }
                open.push((name, Vec::new(), String::new()));
            }
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.2.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(entity) => {
                let resolved = quick_xml::escape::resolve_predefined_entity(&entity.xml10_content()).unwrap();
                open.last_mut().unwrap().2.push_str(resolved);
            }
            Event::End(_) => {
                let path: Vec<String> = open.iter().map(|element| element.0.clone()).collect();
                let (name, children, text) = open.pop().unwrap();
                let parent = open.last().map_or("", |parent| parent.0.as_str());
                let rule = if name == "Id" && parent.ends_with("Acct") { "Acct/Id" } else { name.as_str() };
                match schema.get(rule) {
                    Some(allowed) => follows(rule, allowed, &children),
                    None => {
                        assert!(children.is_empty(), "{name} is no element of the schema that has others");
                        assert!(!text.trim().is_empty(), "{name} is empty");
                        texts.push((path.join("/"), text));
                    }
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    texts
}

fn follows(name: &str, allowed: &[(&str, usize, usize)], children: &[String]) {
    let places: Vec<usize> = children
        .iter()
        .map(|child| {
            let place = allowed.iter().position(|(name, ..)| name == child);
            place.unwrap_or_else(|| panic!("{child} may not stand in {name}"))
        })
        .collect();
    assert!(places.is_sorted(), "{children:?} of {name} are not in the order of the schema");
    for (child, least, most) in allowed {
        let count = children.iter().filter(|other| other == child).count();
        assert!((*least..=*most).contains(&count), "{count} times {child} in {name}");
    }
    if ["Acct/Id", "ReqdExctnDt"].contains(&name) {
        assert_eq!(children.len(), 1, "{name} is a choice of one");
    }
}

#[test]
fn a_payment_order_has_the_structure_of_the_published_schema() {
    let xml = pain001::print(&order()).unwrap();
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"));
    assert!(xml.contains(&format!("<Document xmlns=\"{NAMESPACE}\">")));
    let texts = checked(&xml);
    let of = |end: &str| -> Vec<&str> {
        texts.iter().filter(|(path, _)| path.ends_with(end)).map(|(_, text)| text.as_str()).collect()
    };
    assert_eq!(of("GrpHdr/NbOfTxs"), ["2"]);
    assert_eq!(of("PmtInf/CtrlSum"), ["12500.05"], "the control sum is the sum of the amounts");
    assert_eq!(of("GrpHdr/CreDtTm"), ["2026-11-20T12:00:00Z"]);
    assert_eq!(of("InstdAmt"), ["12500.00", "0.05"]);
    assert_eq!(of("EndToEndId"), ["0190aa", "0190bb"]);
    assert_eq!(of("Cdtr/Nm"), ["Ada & Söhne <Foods>", "Bob"], "what people are called is escaped, not lost");
    assert_eq!(of("CdtrAcct/Id/Othr/Id"), ["0123456785"]);
    assert_eq!(of("CdtrAcct/Id/IBAN"), ["GB29NWBK60161331926819"]);
    assert_eq!(of("CdtrAgt/FinInstnId/ClrSysMmbId/MmbId"), ["058"]);
    assert_eq!(of("CdtrAgt/FinInstnId/BICFI"), ["NWBKGB2L"]);
    assert!(xml.contains("Ccy=\"NGN\""));
}

#[test]
fn texts_longer_than_the_schema_allows_are_cut() {
    let mut long = order();
    long.transfers[0].to.name = "Ä".repeat(200);
    long.transfers[0].remittance = "x\u{1}".repeat(300);
    let texts = checked(&pain001::print(&long).unwrap());
    let name = texts.iter().find(|(path, _)| path.ends_with("Cdtr/Nm")).unwrap();
    assert_eq!(name.1.chars().count(), 140);
    let text = texts.iter().find(|(path, _)| path.ends_with("Ustrd")).unwrap();
    assert_eq!(text.1, "x".repeat(140));
}

#[test]
fn a_payment_order_as_csv_runs_no_formulas() {
    let mut order = order();
    order.transfers[0].to.name = "=HYPERLINK(1)".into();
    let text = payments_csv::print(&order).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("reference,name,bank,bank_code,account,amount,currency,text"));
    assert_eq!(lines.next(), Some("0190aa,'=HYPERLINK(1),Zenith Bank,058,0123456785,12500.00,NGN,Holdfast order 1042"));
}

const STATEMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
  <BkToCstmrStmt>
    <GrpHdr><MsgId>1</MsgId><CreDtTm>2026-11-21T06:00:00Z</CreDtTm></GrpHdr>
    <Stmt>
      <Id>S1</Id>
      <Ntry>
        <Amt Ccy="NGN">12500.00</Amt>
        <CdtDbtInd>DBIT</CdtDbtInd>
        <Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>2026-11-20</Dt></BookgDt>
        <AcctSvcrRef>BR-1</AcctSvcrRef>
        <NtryDtls><TxDtls>
          <Refs><EndToEndId>0190aa</EndToEndId></Refs>
          <RltdPties><Cdtr><Pty><Nm>Ada &amp; Söhne</Nm></Pty></Cdtr><CdtrAcct><Id><Othr><Id>0123456785</Id></Othr></Id></CdtrAcct></RltdPties>
        </TxDtls></NtryDtls>
      </Ntry>
      <Ntry>
        <Amt Ccy="NGN">30.00</Amt>
        <CdtDbtInd>CRDT</CdtDbtInd>
        <Sts>BOOK</Sts>
        <BookgDt><DtTm>2026-11-20T10:00:00+01:00</DtTm></BookgDt>
        <NtryDtls>
          <TxDtls><Amt Ccy="NGN">10.00</Amt><RltdPties><Dbtr><Nm>Bob</Nm></Dbtr></RltdPties><RmtInf><Ustrd>HF 1042</Ustrd><Ustrd>ABCD</Ustrd></RmtInf></TxDtls>
          <TxDtls><Amt Ccy="NGN">20.00</Amt><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>
        </NtryDtls>
      </Ntry>
      <Ntry><Amt Ccy="NGN">99.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts></Ntry>
    </Stmt>
  </BkToCstmrStmt>
</Document>
"#;

fn naira(minor: i64) -> Money {
    Money::new(minor, Currency::Ngn).unwrap()
}

#[test]
fn a_camt_statement_is_read_in_old_and_new_versions() {
    let found = camt053::read(STATEMENT.as_bytes()).unwrap();
    assert_eq!(found.len(), 3, "what is pending does not count");
    let paid = &found[0];
    assert_eq!((paid.amount, paid.credit, paid.booked_on), (naira(1_250_000), false, date!(2026 - 11 - 20)));
    assert_eq!((paid.end_to_end.as_str(), paid.bank_reference.as_str()), ("0190aa", "BR-1"));
    assert_eq!((paid.counterparty.as_str(), paid.counterparty_account.as_str()), ("Ada & Söhne", "0123456785"));
    assert_eq!(paid.line, 13);
    let (came, back) = (&found[1], &found[2]);
    assert_eq!((came.amount, came.credit, came.reference.as_str()), (naira(1_000), true, "HF 1042 ABCD"));
    assert_eq!(came.counterparty, "Bob");
    assert_eq!((back.amount, back.end_to_end.as_str(), back.returned.as_deref()), (naira(2_000), "", Some("AC04")));
}

#[test]
fn a_malformed_statement_is_refused_whole_with_its_line() {
    let line = |text: &str| camt053::read(text.as_bytes()).unwrap_err();
    for (from, to, at, message) in [
        ("<Amt Ccy=\"NGN\">12500.00</Amt>", "<Amt Ccy=\"NGN\">12,50x</Amt>", 8, "cannot be read"),
        ("<Amt Ccy=\"NGN\">12500.00</Amt>", "<Amt Ccy=\"XXX\">12500.00</Amt>", 8, "no currency"),
        ("<CdtDbtInd>DBIT</CdtDbtInd>", "", 7, "neither CRDT nor DBIT"),
        ("<BookgDt><Dt>2026-11-20</Dt></BookgDt>", "", 7, "booking date"),
        ("<Sts>BOOK</Sts>", "<Sts>WHAT</Sts>", 18, "is not known"),
        ("<Amt Ccy=\"NGN\">10.00</Amt>", "<Amt Ccy=\"NGN\">11.00</Amt>", 18, "do not add up"),
        ("</BkToCstmrStmt>", "</Other>", 30, "Not well-formed XML"),
        ("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn", 2, "Not a camt.053 statement"),
        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!DOCTYPE x [<!ENTITY e \"e\">]>", 1, "document type"),
        ("Ada &amp; Söhne", "Ada &e; Söhne", 15, "not known"),
    ] {
        let wrong = line(&STATEMENT.replace(from, to));
        assert!(wrong.message.contains(message), "{wrong}");
        assert_eq!(wrong.line, at, "{wrong}");
    }
    let deep = "<a>".repeat(100_000);
    assert!(line(&deep).message.contains("nested too deeply"));
    assert_eq!(camt053::read(b"").unwrap_err().message, "Not an XML file.");
    assert!(camt053::read(b"<Document>\n\xff</Document>").unwrap_err().to_string().starts_with("Line 2: Not UTF-8"));
}

#[test]
fn a_csv_statement_is_read_by_its_column_names_and_refused_with_its_line() {
    let text = "\u{feff}Amount,Currency,Date,Reference,Name,Bank reference\n\
                -12500.00,NGN,2026-11-20,0190aa,Ada,BR-1\n\
                +30,NGN,2026-11-21,\"HF 1042 ABCD, thanks\",Bob,\n";
    let found = statement_csv::read(text.as_bytes()).unwrap();
    let shown = |movement: &Movement| (movement.line, movement.amount.minor(), movement.credit);
    assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), [(2, 1_250_000, false), (3, 3_000, true)]);
    assert_eq!(found[1].reference, "HF 1042 ABCD, thanks");
    for (text, message) in [
        ("", "Line 1: The column “date” is missing."),
        ("date,amount\n", "Line 1: The column “currency” is missing."),
        ("date,amount,currency\n", "Line 2: The statement has no movements."),
        ("date,amount,currency\n2026-11-20,1,NGN\n2026-13-20,1,NGN\n", "Line 3: Write the date as"),
        ("date,amount,currency\n2026-11-20,1.234,NGN\n", "Line 2: The amount “1.234” cannot be read"),
        ("date,amount,currency\n2026-11-20,0,NGN\n", "Line 2: An amount of nothing."),
        ("date,amount,currency\n2026-11-20,1,ABC\n", "Line 2: “ABC” is no currency"),
        ("date,amount,currency\n2026-11-20,1\n", "Line 2: 2 columns, where the first line names 3."),
    ] {
        let wrong = statement_csv::read(text.as_bytes()).unwrap_err().to_string();
        assert!(wrong.starts_with(message), "{wrong}");
    }
    let wrong = statement_csv::read(b"date,amount,currency\n2026-11-20,1,\xff\n").unwrap_err();
    assert!(wrong.to_string().contains("Not UTF-8"), "{wrong}");
}

#[test]
fn what_is_exported_is_found_again_on_a_statement() {
    let order = order();
    let booked: Vec<String> = order
        .transfers
        .iter()
        .map(|one| format!("2026-11-20,-{}.{:02},NGN,{}", one.minor / 100, one.minor % 100, one.end_to_end))
        .collect();
    let text = format!("date,amount,currency,end_to_end\n{}\n", booked.join("\n"));
    let found = statement_csv::read(text.as_bytes()).unwrap();
    for (sent, seen) in order.transfers.iter().zip(&found) {
        assert_eq!((sent.minor, &sent.end_to_end), (seen.amount.minor(), &seen.end_to_end));
    }
}
