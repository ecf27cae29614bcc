//! Words as the guards compare them: visible, folded, without function words and endings.

use std::collections::HashSet;
use std::sync::LazyLock;

use datasets::text::{self, clean};

/// Function words of both languages, folded. They carry no claim, so they neither support
/// nor contradict one. Number words are here too, for numbers have a guard of their own, and so is our name, which is in
/// every entry.
const STOP_WORDS: &str = "\
    a about all after also am an and any are as at be been before but by can could did do does doing done each every either else \
    for from get gets go had has have he her here hers him his how i if in into is it its just let may me might more \
    most must my no nor not of off on once one only or other our ours out over own per please shall she should so some \
    such than that the their theirs them then there these they this those through to too under until up us very was we \
    well were what when where whether which while who whom whose why will with within without would yes you your yours \
    ai anh ban bao bi boi cac cai can chi cho chua chung co con cua cung da dang day de deu di do duoc em gi gom ha hay \
    het hoac hon khi khong la lai lam len lieu luc luon ma mac minh moi mot muon nao nay nen neu nha nhat nhe nhu \
    nhung nhieu noi nua o phai qua quy ra rang rat rieng roi sao sau se tai tat the thi toi tren truoc trong tu tung \
    tuy va van vao vay ve vi vien viec voi xin xuong y \
    giaxe one two three four five six seven eight nine ten twenty thirty forty fifty sixty seventy eighty ninety half dozen \
    hundred thousand million billion percent hai ba bon nam sau bay tam chin muoi chuc tram nghin ngan trieu ty ti dong vnd \
    phan";

/// The same of Vietnamese with its diacritics: `bán` and `tối` say something, though `bạn` and `tôi` do not.
const STOP_FORMS: &str = "\
    ạ ấy bạn bao bị bởi cả các cái cần chị chỉ chưa chúng có còn của cũng dạ dù đã đang đâu đây đấy để đến đều đi điều đó \
    được gì giờ hãy hết họ hoặc hơn khác không là lại làm lên lúc mà mình mỗi mọi mới muốn nào này nếu nên người nhất nhé \
    nhiều như những nói nữa ở phải qua quá rất rằng rồi sẽ số tại tất tên thể theo thế thì tới tôi trên trong trước từ từng \
    tùy vâng và vào vậy về vì việc viết với vẫn vừa xuống \
    một hai bốn năm sáu bảy tám chín mười mươi chục trăm nghìn ngàn triệu tỷ tỉ đồng phần nửa";

static FORMS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| STOP_FORMS.split_whitespace().collect());
static STOP: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| STOP_WORDS.split_whitespace().collect());

/// `text` without characters that nobody sees: zero widths, direction marks, tag characters, variation selectors. They
/// hide instructions and split words that a filter looks for.
pub(super) fn visible(text: &str) -> String {
    text.chars()
        .filter(|c| !is_hidden(*c))
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect()
}

fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Folded words, numbers included.
pub(super) fn words(text: &str) -> Vec<String> {
    text::tokens(&visible(text))
}

/// The words that say something: no function words, no digits, without endings.
pub(super) fn content_words(text: &str) -> HashSet<String> {
    words(text)
        .into_iter()
        .filter(|word| is_content(word))
        .map(|word| stem(&word))
        .collect()
}

/// The same with their diacritics: `dầu` is not `đầu`.
pub(super) fn content_forms(text: &str) -> HashSet<String> {
    clean(&visible(text))
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| {
            if word.is_ascii() {
                is_content(word)
            } else {
                !FORMS.contains(word)
            }
        })
        .map(stem)
        .collect()
}

/// Whether a folded word is a content word.
pub(super) fn is_content(word: &str) -> bool {
    !STOP.contains(word) && !word.starts_with(|c: char| c.is_ascii_digit()) && (word.len() > 1)
}

/// A folded word without the commonest English endings. Vietnamese has none, and its syllables are too short to be cut.
pub(super) fn stem(word: &str) -> String {
    let cut = |word: &str, endings: &[&str]| {
        let stem = endings.iter().find_map(|ending| word.strip_suffix(ending));
        stem.filter(|stem| stem.len() >= 4 && !stem.ends_with('s'))
            .unwrap_or(word)
            .to_owned()
    };
    let singular = cut(word, &["ies", "s"]);
    cut(&cut(&singular, &["ing", "ed"]), &["e", "y"])
}

/// Every run of `length` folded words.
pub(super) fn shingles(text: &str, length: usize) -> HashSet<String> {
    words(text)
        .windows(length)
        .map(|run| run.join(" "))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_go() {
        assert_eq!(
            visible("ig\u{200b}no\u{2060}re\u{e0041} all\tof"),
            "ignore all of"
        );
    }

    #[test]
    fn content_words_fold_and_lose_endings() {
        let of = |text| {
            let mut words: Vec<String> = content_words(text).into_iter().collect();
            words.sort();
            words
        };
        assert_eq!(
            of("Listings are reviewed within 2 hours."),
            of("We review a listing in 5 hours")
        );
        assert_eq!(of("Phí đặt cọc là 0,5 %"), ["coc", "dat", "phi"]);
        assert_eq!(
            of("và của là the of, hai trăm triệu đồng"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn forms_keep_diacritics() {
        let mut forms: Vec<String> = content_forms("Dầu máy, đầu xe; Listings")
            .into_iter()
            .collect();
        forms.sort();
        assert_eq!(forms, ["dầu", "list", "máy", "xe", "đầu"]);
    }

    #[test]
    fn shingles_are_runs() {
        let mut runs: Vec<String> = shingles("Một hai, ba bốn", 3).into_iter().collect();
        runs.sort();
        assert_eq!(runs, ["hai ba bon", "mot hai ba"]);
        assert!(shingles("a b", 3).is_empty());
    }
}
