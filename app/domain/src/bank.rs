//! Bank accounts: the banks of Nigeria with their codes, the check digit of their account numbers (NUBAN), and IBANs.

/// A Nigerian bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bank {
    /// The name people know.
    pub name: &'static str,
    /// The Central Bank's code: three digits of a commercial bank, which its account numbers are checked with.
    pub code: &'static str,
    /// The code at the Nigeria Inter-Bank Settlement System, six digits.
    pub nip: &'static str,
}

const fn bank(name: &'static str, code: &'static str, nip: &'static str) -> Bank {
    Bank { name, code, nip }
}

/// The commercial, non-interest and larger payment banks, by name. Source: the Central Bank of Nigeria's list of deposit
/// money banks and NIBSS's list of NIP institutions.
pub const NIGERIAN_BANKS: [Bank; 33] = [
    bank("Access Bank", "044", "000014"),
    bank("Citibank Nigeria", "023", "000009"),
    bank("Ecobank Nigeria", "050", "000010"),
    bank("Fidelity Bank", "070", "000007"),
    bank("First Bank of Nigeria", "011", "000016"),
    bank("First City Monument Bank", "214", "000003"),
    bank("Globus Bank", "103", "000027"),
    bank("Guaranty Trust Bank", "058", "000013"),
    bank("Jaiz Bank", "301", "000006"),
    bank("Keystone Bank", "082", "000002"),
    bank("Kuda Microfinance Bank", "50211", "090267"),
    bank("Lotus Bank", "303", "000029"),
    bank("Moniepoint Microfinance Bank", "50515", "090405"),
    bank("OPay", "999992", "100004"),
    bank("Optimus Bank", "107", "000036"),
    bank("PalmPay", "999991", "100033"),
    bank("Parallex Bank", "104", "000030"),
    bank("Polaris Bank", "076", "000008"),
    bank("PremiumTrust Bank", "105", "000031"),
    bank("Providus Bank", "101", "000023"),
    bank("Signature Bank", "106", "000034"),
    bank("Stanbic IBTC Bank", "221", "000012"),
    bank("Standard Chartered Bank", "068", "000021"),
    bank("Sterling Bank", "232", "000001"),
    bank("SunTrust Bank", "100", "000022"),
    bank("TAJ Bank", "302", "000026"),
    bank("Titan Trust Bank", "102", "000025"),
    bank("Union Bank of Nigeria", "032", "000018"),
    bank("United Bank for Africa", "033", "000004"),
    bank("Unity Bank", "215", "000011"),
    bank("VFD Microfinance Bank", "566", "090110"),
    bank("Wema Bank", "035", "000017"),
    bank("Zenith Bank", "057", "000015"),
];

/// The bank of a sandbox, whose account numbers need no check digit so that the documented test numbers work.
pub const SANDBOX_BANK: Bank = bank("Sandbox Bank", "000", "999999");

/// The bank with this name or code, whatever the case.
#[must_use]
pub fn find_bank(typed: &str) -> Option<Bank> {
    let typed = typed.trim();
    let all = NIGERIAN_BANKS.into_iter().chain([SANDBOX_BANK]);
    let mut named = all.filter(|bank| bank.name.eq_ignore_ascii_case(typed) || bank.code == typed || bank.nip == typed);
    named.next()
}

impl Bank {
    /// Whether an account number of ten digits can be one of this bank: its last digit is computed from the bank's code
    /// and the other nine (Central Bank of Nigeria, NUBAN standard 2020). Wallets that number by telephone are not checked.
    #[must_use]
    pub fn checks(&self, number: &str) -> bool {
        let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
        if digits.len() != 10 || number.chars().count() != 10 {
            return false;
        }
        let code = match self.code.len() {
            // A commercial bank's code is filled up with zeros, one of another institution begins with a 9.
            3 => format!("000{}", self.code),
            5 => format!("9{}", self.code),
            _ => return true,
        };
        if *self == SANDBOX_BANK {
            return true;
        }
        let numbered = code.chars().filter_map(|c| c.to_digit(10)).chain(digits.iter().copied().take(9));
        let sum: u32 = numbered.zip([3, 7, 3].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
        digits.last() == Some(&((10 - sum % 10) % 10))
    }
}

/// Whether the text has the form of an IBAN: two letters, two digits, and then letters and digits.
#[must_use]
pub fn looks_like_iban(text: &str) -> bool {
    let mut chars = text.chars();
    let country = chars.by_ref().take(2).filter(char::is_ascii_uppercase).count() == 2;
    let check = chars.by_ref().take(2).filter(char::is_ascii_digit).count() == 2;
    country && check && (15..=34).contains(&text.len()) && chars.all(|c| c.is_ascii_alphanumeric())
}

/// Whether the check digits of an IBAN are right (ISO 13616: modulo 97).
#[must_use]
pub fn iban_checks(iban: &str) -> bool {
    let Some((head, rest)) = iban.split_at_checked(4) else { return false };
    let value = |c: char| c.to_digit(36);
    let mut remainder: u32 = 0;
    for c in rest.chars().chain(head.chars()) {
        let Some(digit) = value(c) else { return false };
        let shift = if digit > 9 { 100 } else { 10 };
        remainder = (remainder * shift + digit) % 97;
    }
    remainder == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_check_digit_is_the_central_banks() {
        // The worked example of the Central Bank's NUBAN standard: bank 011, serial 000001457, check digit 9.
        let first = find_bank("011").unwrap();
        assert!(first.checks("0000014579"));
        for wrong in ["0000014570", "0000014578", "000001457", "00000145790", "00000l4579", ""] {
            assert!(!first.checks(wrong), "{wrong}");
        }
        for bank in NIGERIAN_BANKS.into_iter().filter(|bank| bank.code.len() < 6) {
            let right = (0..10).filter(|digit| bank.checks(&format!("123456789{digit}"))).count();
            assert_eq!(right, 1, "{}: exactly one digit is right", bank.name);
        }
        assert!(find_bank("opay").unwrap().checks("8031234567"));
        assert!(SANDBOX_BANK.checks("0123456789") && !SANDBOX_BANK.checks("012345678"));
    }

    #[test]
    fn every_bank_has_a_name_and_codes_of_its_own() {
        let names: BTreeSet<&str> = NIGERIAN_BANKS.iter().map(|bank| bank.name).collect();
        let codes: BTreeSet<&str> = NIGERIAN_BANKS.iter().map(|bank| bank.code).collect();
        let nips: BTreeSet<&str> = NIGERIAN_BANKS.iter().map(|bank| bank.nip).collect();
        assert_eq!((names.len(), codes.len(), nips.len()), (33, 33, 33));
        assert!(NIGERIAN_BANKS.is_sorted_by_key(|bank| bank.name.to_lowercase()));
        assert!(nips.iter().all(|nip| nip.len() == 6));
        assert_eq!(find_bank(" guaranty trust BANK ").unwrap().code, "058");
        assert_eq!(find_bank("Bank of Nowhere"), None);
    }

    #[test]
    fn ibans_are_told_and_checked() {
        // Examples of the ISO 13616 registry.
        for iban in ["GB29NWBK60161331926819", "DE89370400440532013000", "FR1420041010050500013M02606"] {
            assert!(looks_like_iban(iban) && iban_checks(iban), "{iban}");
        }
        assert!(looks_like_iban("GB29NWBK60161331926818") && !iban_checks("GB29NWBK60161331926818"));
        assert!(!looks_like_iban("0123456789") && !looks_like_iban("gb29nwbk60161331926819"));
    }
}
