//! Which language a message is in.

use whatlang::{Detector, Lang};

/// English words that no other of the languages in question shares in numbers.
const ENGLISH: &[&str] = &[
    "the", "and", "i", "you", "it", "is", "are", "was", "to", "of", "in", "my", "me", "that",
    "this", "for", "with", "not", "but", "no", "please", "don't", "it's", "i'm", "just", "what",
    "how", "make", "have", "be", "more", "less", "can", "your", "like", "on", "at", "from", "now",
    "do", "if", "so", "we", "he", "she", "they", "when", "again", "always", "never", "only", "too",
    "as", "or", "thanks", "ok", "all", "one", "give", "up", "out", "by", "about", "an", "a", "yes",
    "shorter", "longer", "write", "answer", "good", "still", "than", "there", "any", "some", "use",
    "back", "would", "who",
];

/// Languages other than English that are told apart; short messages in other ones are taken for
/// English, which keeps them out of harm.
const OTHERS: &[Lang] = &[
    Lang::Deu,
    Lang::Fra,
    Lang::Spa,
    Lang::Ita,
    Lang::Nld,
    Lang::Por,
    Lang::Pol,
    Lang::Swe,
    Lang::Dan,
    Lang::Nob,
    Lang::Fin,
    Lang::Tur,
    Lang::Ces,
    Lang::Ron,
    Lang::Hun,
    Lang::Rus,
    Lang::Ukr,
    Lang::Ell,
    Lang::Jpn,
    Lang::Cmn,
    Lang::Kor,
    Lang::Ara,
    Lang::Heb,
    Lang::Hin,
    Lang::Vie,
    Lang::Ind,
];

/// Frequent words of the languages with Latin letters, for messages too short for statistics.
const MARKERS: &[(&str, &[&str])] = &[
    (
        "deu",
        &[
            "ich", "nicht", "bitte", "und", "das", "die", "der", "ist", "mir", "mich", "kein",
            "keine", "keinen", "auf", "wieder", "ein", "eine", "mit", "zu", "aber", "nur", "nie",
            "noch", "doch", "mal", "für", "immer", "lieber", "mehr", "du", "auch", "dir", "danke",
            "warum",
        ],
    ),
    (
        "fra",
        &[
            "je", "pas", "le", "la", "les", "des", "une", "est", "et", "plus", "moi", "mon", "ma",
            "que", "jamais", "toujours", "merci", "vous", "tu", "du", "pour", "avec", "sans",
            "stp", "j'ai", "c'est", "plutôt", "plutot", "aime",
        ],
    ),
    (
        "spa",
        &[
            "el", "la", "los", "las", "por", "favor", "no", "me", "gusta", "siempre", "nunca",
            "que", "con", "sin", "mi", "para", "una", "es", "más", "mas", "gracias", "prefiero",
            "quiero", "pero", "y", "del", "ya",
        ],
    ),
    (
        "ita",
        &[
            "il",
            "non",
            "che",
            "per",
            "favore",
            "mi",
            "piace",
            "sempre",
            "mai",
            "con",
            "senza",
            "una",
            "più",
            "grazie",
            "preferisco",
            "di",
            "della",
            "ma",
            "sono",
            "è",
            "gli",
            "troppo",
        ],
    ),
    (
        "nld",
        &[
            "ik",
            "niet",
            "het",
            "een",
            "de",
            "van",
            "graag",
            "geen",
            "maar",
            "liever",
            "voortaan",
            "altijd",
            "nooit",
            "mijn",
            "dank",
            "met",
            "zonder",
            "alsjeblieft",
            "toch",
            "ook",
            "wel",
            "nog",
        ],
    ),
    (
        "por",
        &[
            "eu", "não", "nao", "por", "favor", "sempre", "nunca", "prefiro", "gosto", "obrigado",
            "obrigada", "com", "sem", "minha", "meu", "uma", "mais", "para", "mas", "do", "da",
            "você", "os",
        ],
    ),
    (
        "pol",
        &[
            "nie", "proszę", "prosze", "się", "jest", "to", "zawsze", "nigdy", "wolę", "lubię",
            "dla", "mnie", "tylko", "bez", "już", "na", "że",
        ],
    ),
];

/// ISO 639-3 of the message's language; `eng` when nothing speaks for another one, empty for text
/// without letters.
#[must_use]
pub fn detect(text: &str) -> &'static str {
    let lower = text.to_lowercase().replace('\u{2019}', "'");
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphabetic() || c == '\''))
        .filter(|w| !w.is_empty())
        .collect();
    if words.is_empty() {
        return "";
    }
    let count = |list: &[&str]| words.iter().filter(|w| list.contains(w)).count();
    let english = count(ENGLISH);
    let (best, hits) = MARKERS
        .iter()
        .map(|(code, list)| (*code, count(list)))
        .max_by_key(|(_, hits)| *hits)
        .unwrap_or(("", 0));
    if hits > english && hits >= 2 {
        return best;
    }
    if english * 6 >= words.len() {
        return "eng";
    }
    let foreign_script = lower.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count() * 3
        > lower.chars().filter(|c| c.is_alphabetic()).count();
    match Detector::new().detect(&lower) {
        Some(info)
            if OTHERS.contains(&info.lang())
                && (foreign_script || (info.is_reliable() && words.len() >= 4 && english == 0)) =>
        {
            info.lang().code()
        }
        _ if hits >= 1 && english == 0 && words.len() >= 3 => best,
        _ => "eng",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn short_messages_are_told_apart() {
        assert_eq!(detect("no emojis pls"), "eng");
        assert_eq!(detect("Bitte nicht wieder so lang."), "deu");
        assert_eq!(detect("Je préfère les trains, jamais l'avion."), "fra");
        assert_eq!(detect("Prefiero el té sin azúcar, por favor"), "spa");
        assert_eq!(detect("Doe voortaan maar zonder voorbeelden"), "nld");
        assert_eq!(detect("Shorter."), "eng");
        assert_eq!(detect("42 !!"), "");
    }
}
