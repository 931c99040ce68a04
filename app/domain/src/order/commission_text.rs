//! A commission as people type and read it: `15`, `10 % + 200`, `10 % + 200 min 500 max 5,000; 2.5 %`.
//!
//! A line is a percentage, a fixed amount, or both joined by `+`, with a least and a greatest amount; lines are separated by
//! `;` or stand one below the other and are added up. Amounts are in the order's currency, which is not known here: two
//! decimals, as every currency that is traded has.

use super::commission::{Commission, CommissionLine};
use crate::money::{BasisPoints, Currency, Money};
use std::fmt;

/// Most lines of one commission.
const LINES_MAX: usize = 5;
const HINT: &str = "Write a percentage such as 15, or lines such as 10 % + 200 min 500 max 5,000.";

impl Commission {
    /// Reads what was typed; nothing is no commission.
    ///
    /// # Errors
    /// A sentence for the form field.
    pub fn parse(text: &str) -> Result<Self, String> {
        let typed: Vec<&str> = text.split([';', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect();
        if typed.len() > LINES_MAX {
            return Err(format!("Write at most {LINES_MAX} lines."));
        }
        let single = typed.len() == 1;
        let lines = typed.into_iter().map(|line| parse_line(line, single)).collect::<Result<_, _>>()?;
        Ok(Self { lines })
    }

    /// The commission as a field takes it.
    #[must_use]
    pub fn typed(&self) -> String {
        match self.lines.as_slice() {
            [only] if *only == (CommissionLine { rate: only.rate, ..CommissionLine::default() }) => only.rate.typed(),
            // Alone, an amount would be read as a percentage.
            [only] if only.rate == BasisPoints::ZERO && only.fixed > 0 => format!("0 % + {only}"),
            lines => lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        }
    }
}

impl fmt::Display for Commission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lines.is_empty() {
            return f.write_str("0 %");
        }
        let lines: Vec<String> = self.lines.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("; "))
    }
}

impl fmt::Display for CommissionLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.rate == BasisPoints::ZERO, self.fixed) {
            (false, 0) => write!(f, "{}", self.rate)?,
            (false, fixed) => write!(f, "{} + {}", self.rate, shown(fixed))?,
            (true, 0) => f.write_str("0 %")?,
            (true, fixed) => f.write_str(&shown(fixed))?,
        }
        if let Some(min) = self.min {
            write!(f, " min {}", shown(min))?;
        }
        if let Some(max) = self.max {
            write!(f, " max {}", shown(max))?;
        }
        Ok(())
    }
}

fn shown(minor: i64) -> String {
    Money::or_zero(minor, Currency::Ngn).number()
}

fn parse_line(typed: &str, single: bool) -> Result<CommissionLine, String> {
    let lower = typed.to_lowercase();
    let (rest, max) = bound(&lower, "max")?;
    let (rest, min) = bound(&rest, "min")?;
    let mut line = CommissionLine { min, max, ..CommissionLine::default() };
    let (mut rated, mut fixed) = (false, false);
    for part in rest.split('+').map(str::trim) {
        // A lone number is a percentage, as it always was; beside others it is an amount.
        let percent = part.ends_with('%') || (single && !rest.contains('+'));
        if percent && !rated {
            line.rate = BasisPoints::parse(part.trim_end_matches('%').trim()).map_err(str::to_owned)?;
            rated = true;
        } else if !percent && !fixed {
            line.fixed = amount(part)?;
            fixed = true;
        } else {
            return Err(HINT.to_owned());
        }
    }
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err("The least amount of a line cannot be more than its greatest.".to_owned());
    }
    Ok(line)
}

/// Takes a bound from the end of a line.
fn bound(line: &str, word: &str) -> Result<(String, Option<i64>), String> {
    match line.rsplit_once(word) {
        Some((rest, typed)) => Ok((rest.trim().to_owned(), Some(amount(typed)?))),
        None => Ok((line.to_owned(), None)),
    }
}

fn amount(typed: &str) -> Result<i64, String> {
    Money::parse(typed.trim(), Currency::Ngn).map(Money::minor).map_err(|_| HINT.to_owned())
}
