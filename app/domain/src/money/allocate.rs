//! Division of an amount so that the parts always sum to the whole.

/// Divides `minor` minor units by `weights` with the largest-remainder method (rules.md section 5.5).
///
/// The parts sum to `minor` exactly and differ from the exact proportion by less than one unit; ties go to the earlier
/// weight. All weights zero, or no weight: `None`, as nobody could be given the money. `minor` must not be negative.
#[must_use]
pub fn allocate(minor: i64, weights: &[u64]) -> Option<Vec<i64>> {
    let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    let amount = u128::try_from(minor).ok()?;
    if total == 0 {
        return None;
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (index, weight) in weights.iter().enumerate() {
        let exact = amount * u128::from(*weight);
        parts.push(i64::try_from(exact / total).ok()?);
        remainders.push((exact % total, index));
    }
    let given: i64 = parts.iter().sum();
    // Stable sort by falling remainder keeps ties in the order of the weights.
    remainders.sort_by_key(|(remainder, _)| std::cmp::Reverse(*remainder));
    let missing = usize::try_from(minor - given).ok()?;
    for (_, index) in remainders.into_iter().take(missing) {
        parts[index] += 1;
    }
    Some(parts)
}
