//! The known word that somebody probably meant.

/// More mistakes than this share of a word's letters, and it is another word.
const MISTAKES_PER_LETTER_MAX: f64 = 0.4;

/// Letters that a suggestion is searched for: longer words are not typed by hand.
const LETTERS_MAX: usize = 80;

/// The candidate that is nearest to `word`, if any is near enough to be meant.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let letters = word.chars().count();
    if letters == 0 || letters > LETTERS_MAX {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a small number of letters"
    )]
    let limit = (letters as f64 * MISTAKES_PER_LETTER_MAX).ceil() as usize;
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(mistakes, _)| *mistakes <= limit)
        .min_by_key(|(mistakes, _)| *mistakes)
        .map(|(_, candidate)| candidate)
}

/// Letters to insert, delete, change or swap with their neighbour, to make `b` of `a`; case is no difference.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let changed = last[j] + usize::from(a[i] != b[j]);
            let mut fewest = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                fewest = fewest.min(before_last[j - 1] + 1);
            }
            row.push(fewest);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let known = [
            "scrape_interval",
            "scrape_timeout",
            "consul_sd_configs",
            "file_sd_configs",
        ];
        let check = |word, expected| assert_eq!(nearest(word, known), expected, "{word}");
        check("consult_sd_configs", Some("consul_sd_configs"));
        check("scrape_intreval", Some("scrape_interval"));
        check("scrapeInterval", Some("scrape_interval"));
        check("scrape-timeout", Some("scrape_timeout"));
        check("foo", None);
        check("", None);
    }
}
