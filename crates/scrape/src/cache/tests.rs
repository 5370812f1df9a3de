use super::*;

/// Reads pages of single letters. A letter's meaning is the series with its number; a digit means what the letter of that number does.
struct Reader {
    cache: Cache,
    misses: String,
}

impl Reader {
    fn scan(&mut self, page: &str) {
        self.misses.clear();
        self.cache.begin();
        for text in page.split_whitespace() {
            let slot = self.cache.find(Line::new(text, 0, None));
            let entry = slot.entry();
            assert!(!entry.repeated || entry.meaning != Meaning::Unknown);
            if entry.meaning == Meaning::Unknown {
                self.misses.push_str(text);
                let number = u64::from(text.as_bytes()[0] & 0x1f);
                self.cache
                    .set_meaning(slot, Meaning::Series(SeriesRef(number)));
            } else if entry.repeated {
                self.misses.push('!');
            }
        }
    }

    /// `misses` are the texts whose meaning was not known, with `!` for each repetition; `ended` the series that end.
    fn page(&mut self, page: &str, misses: &str, ended: &str) {
        self.scan(page);
        let mut gone = Vec::new();
        self.cache.vanished(&mut gone);
        self.cache.keep("");
        assert_eq!(
            (self.misses.as_str(), letters(&gone).as_str()),
            (misses, ended),
            "{page}"
        );
        let texts: Vec<&str> = self.cache.layout.lines().map(|line| line.key()).collect();
        assert_eq!(self.cache.meanings.len(), texts.len());
        assert_eq!(texts, page.split_whitespace().collect::<Vec<_>>());
    }

    fn failed_page(&mut self, page: &str, ended: &str) {
        self.scan(page);
        self.cache.abandon();
        let mut gone = Vec::new();
        self.cache.end_all(&mut gone);
        assert_eq!(letters(&gone), ended, "{page}");
    }
}

fn letters(references: &[SeriesRef]) -> String {
    references
        .iter()
        .map(|reference| char::from(b'`' + reference.0 as u8))
        .collect()
}

fn reader() -> Reader {
    Reader {
        cache: Cache::default(),
        misses: String::new(),
    }
}

#[test]
fn a_page_like_the_last_has_no_misses() {
    let mut reader = reader();
    reader.page("a b c", "abc", "");
    reader.page("a b c", "", "");
    reader.scan("a b c");
    assert!(reader.cache.diverged.is_none());
}

#[test]
fn series_come_go_and_change_places() {
    let mut reader = reader();
    reader.page("a b c d", "abcd", "");
    reader.page("a x b c d", "x", "");
    reader.page("a b d", "", "cx");
    reader.page("d b a", "", "");
    reader.page("d", "", "ab");
    reader.page("", "", "d");
    reader.page("d e", "de", "");
    reader.page("d e f", "f", "");
    reader.page("g", "g", "def");
}

#[test]
fn repetitions_are_told() {
    let mut reader = reader();
    reader.page("a b a", "ab!", "");
    reader.page("a b a", "!", "");
    reader.page("a a b", "!", "");
    reader.page("x a x a b", "x!!", "");
    reader.page("x a b", "", "");
    reader.page("b b b", "!!", "ax");
}

#[test]
fn another_text_for_the_same_series_keeps_it_alive() {
    let mut reader = reader();
    reader.page("a b", "ab", "");
    // `A` stands for the series that `a` stands for.
    reader.page("A b", "A", "");
    reader.page("b", "", "a");
}

#[test]
fn a_failed_page_ends_all_once_and_leaves_nothing_behind() {
    let mut reader = reader();
    reader.page("a b", "ab", "");
    reader.failed_page("a x", "ab");
    reader.failed_page("", "");
    reader.page("a x b", "x", "");
    reader.failed_page("a x b", "abx");
    reader.page("a", "", "");
}

#[test]
fn meanings_can_be_forgotten() {
    let mut reader = reader();
    reader.page("a b", "ab", "");
    reader.cache.forget_meanings();
    reader.page("a c", "ac", "b");
    reader.cache.forget_meanings();
    reader.failed_page("", "ac");
    reader.cache.forget_meanings();
    reader.page("b", "b", "");
}

#[test]
fn series_with_times_of_their_own_do_not_end() {
    let mut reader = reader();
    reader.page("a b", "ab", "");
    reader.cache.begin();
    let slot = reader.cache.find(Line::new("a", 0, None));
    reader.cache.set_own_time(slot, true);
    reader.cache.keep("");
    reader.page("", "", "");
}

/// Whatever comes after whatever: what was live and is not on the page ends, and only what was not there before is missed.
#[test]
fn agrees_with_sets() {
    let mut reader = reader();
    let mut state = 1_u32;
    let mut before: std::collections::BTreeSet<char> = Default::default();
    for _ in 0..500 {
        let mut page = Vec::new();
        for letter in 'a'..='h' {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if state >> 30 != 0 {
                page.insert(((state >> 16) as usize) % (page.len() + 1), letter);
            }
        }
        let text: Vec<String> = page.iter().map(char::to_string).collect();
        let now: std::collections::BTreeSet<char> = page.iter().copied().collect();
        let misses: String = page
            .iter()
            .filter(|letter| !before.contains(letter))
            .collect();
        let ended: String = before.difference(&now).collect();
        reader.page(&text.join(" "), &misses, &ended);
        before = now;
    }
}
