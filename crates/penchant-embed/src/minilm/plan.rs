//! Which texts run together.

use super::encoder::MAX_TOKENS;

/// Most texts in one pass; past this the arithmetic gains nothing.
pub(crate) const MAX_TEXTS: usize = 32;

/// Most tokens in one pass, padding included: bounds how long others wait (some 0.3 s) and what
/// memory the pass takes. More tokens would not make the arithmetic faster.
const MAX_PADDED_TOKENS: usize = 2 * MAX_TOKENS;

/// Padding that costs less than another pass would, in tokens.
const FREE_PADDING: usize = 64;

/// Groups texts by length, so that little padding is computed. Returns the indices of each group;
/// texts of length 0 are in none.
pub(crate) fn groups(lengths: &[usize]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).filter(|at| length(lengths, *at) > 0).collect();
    // Shortest first: whoever asked for a few short texts is not behind the long ones.
    order.sort_by_key(|at| (length(lengths, *at), *at));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut tokens = 0;
    for at in order {
        let width = length(lengths, at);
        tokens += width;
        match groups.last_mut() {
            Some(group) if fits(group.len() + 1, width, tokens) => group.push(at),
            _ => {
                groups.push(vec![at]);
                tokens = width;
            }
        }
    }
    groups
}

/// Whether `texts` texts holding `tokens` tokens may run as one block of width `width`.
fn fits(texts: usize, width: usize, tokens: usize) -> bool {
    let padded = texts * width;
    texts <= MAX_TEXTS
        && padded <= MAX_PADDED_TOKENS
        && padded - tokens <= FREE_PADDING.max(tokens / 4)
}

fn length(lengths: &[usize], at: usize) -> usize {
    lengths.get(at).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_like_length_run_together_and_empty_ones_not_at_all() {
        let mut lengths = vec![10; 33];
        lengths[3] = 0;
        lengths[0] = 200;
        let groups = groups(&lengths);
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [31, 1]);
        assert_eq!(groups[1], [0], "the long text would blow up the padding of the short ones");
        assert!(!groups.concat().contains(&3));
    }

    #[test]
    fn long_texts_run_in_small_groups() {
        let groups = groups(&[256; 10]);
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2, 2, 2]);
    }
}
