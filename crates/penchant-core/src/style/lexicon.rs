//! Words by which tones and registers of English are recognised.
//!
//! Generic word lists: each holds common words of its register, none a topic.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The word lists, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum List {
    FirstSingular,
    FirstPlural,
    Second,
    Third,
    Past,
    Present,
    Modal,
    Formal,
    Casual,
    Interjection,
    Emotion,
    Positive,
    Negative,
    Hedge,
    Polite,
    Archaic,
    Pirate,
    Slang,
    Legal,
    Science,
    Vivid,
    Suspense,
    Story,
    Child,
    Sales,
    Coach,
    Humour,
    Connective,
    Body,
    Intensifier,
    Imperative,
}

const LISTS: [(List, &str); 31] = [
    (List::FirstSingular, "i me my mine myself i'm i've i'd i'll"),
    (List::FirstPlural, "we us our ours ourselves we're we've we'd we'll let's"),
    (List::Second, "you your yours yourself yourselves you're you've you'd you'll"),
    (
        List::Third,
        "he she they him her them his hers their theirs himself herself themselves author authors reviewer poster writer researchers speaker narrator user",
    ),
    (
        List::Past,
        "was were had did went came said told took made got found knew thought felt left began saw gave kept became ran brought sat stood fell wrote met paid heard held led lost won won't",
    ),
    (
        List::Present,
        "is are has have does do am goes comes says tells takes makes gets finds knows thinks feels leaves begins sees gives keeps becomes runs brings sits stands falls writes meets hears holds leads loses wins isn't aren't hasn't doesn't it's that's there's you're they're",
    ),
    (List::Modal, "will would could should can may might must shall"),
    (
        List::Formal,
        "regarding furthermore moreover therefore consequently accordingly hereby enclosed pursuant kindly sincerely respectfully regards prior concerning additionally subsequently nevertheless nonetheless thus hence whom upon ensure assist request require inform advise obtain provide regard commence approximately forward appreciate pleased grateful opportunity further matter respect esteemed",
    ),
    (
        List::Casual,
        "hey hi hiya yeah yep yup nope okay ok cool awesome stuff kinda sorta gonna wanna gotta pretty really guys folks bit lots loads super honestly anyway anyways basically actually just totally cheers thanks btw heads-up quick chat catch grab kid kids mum mom dad dude mate buddy fun nice great bye hmm huh well oh so though",
    ),
    (
        List::Interjection,
        "wow whoa yay hooray hurray hurrah yum yummy yuck oops uh-oh uh oh ooh aah ah aha ouch brr boom bang crash splash splish splosh zoom whoosh beep toot honk pop poof puff ding dong buzz woof meow moo roar tick tock clap snap crack plop swish wheee whee yikes phew psst shh eek tada ta-da hurrah hee ha haha hop wiggle tweet chirp vroom choo chugga squeak giggle",
    ),
    (
        List::Emotion,
        "feel feels feeling felt heart love loved loves hate hated fear afraid scared ashamed shame guilt guilty tears tear cry cries cried crying ache aching aches lonely alone joy happy happiness sad sadness angry anger furious grief relief relieved proud pride hope hopeless longing tender trembling tremble shaking hurt hurts hurting broken brave tired exhausted burning burns warm warmth miss missed missing smile smiling laugh laughing sigh breath breathe stomach chest throat nervous anxious panic worry worried regret sorry jealous delighted thrilled heartbroken lump sting stings quiet silence lightness",
    ),
    (
        List::Positive,
        "great good wonderful lovely amazing fantastic excellent delightful beautiful brilliant best happy glad perfect exciting excited fun enjoy joy love favourite favorite awesome sweet splendid cheerful bright sunny welcome better proud celebrate coolest easy friendly kind clever magical",
    ),
    (
        List::Negative,
        "bad terrible awful horrible worst poor disappointing dull boring weak ugly nasty grim dreadful fail fails failed failure useless sadly unfortunately",
    ),
    (
        List::Hedge,
        "perhaps maybe might possibly probably seems seem seemed appears apparently somewhat likely could arguably suggests suggest roughly potentially presumably fairly generally",
    ),
    (
        List::Polite,
        "please kindly would could grateful appreciate appreciated thank thanks honoured honored pleased welcome pardon apologies apologise apologize sincerely respectfully dear regards wishes",
    ),
    (
        List::Archaic,
        "thou thee thy thine hath doth ye verily forsooth wherefore hither thither whence art shalt wilt nay behold alas lo hast unto oft ere methinks prithee twas tis",
    ),
    (
        List::Pirate,
        "arr arrr aye matey mateys ahoy ye yer yo-ho booty doubloons landlubber landlubbers scurvy avast plunder swashbuckling seadog hearties lads lass treasure deck crew",
    ),
    (
        List::Slang,
        "lol lmao omg tbh imo imho ngl fr lowkey highkey vibe vibes slay bruh bro sis yall y'all ain't ya u ur gonna wanna gotta legit dope lit sus fam goat stan yikes smh idk rn af bet salty ghosted",
    ),
    (
        List::Legal,
        "shall hereby herein hereto thereof therein pursuant whereas notwithstanding aforementioned party parties agreement clause liability provision jurisdiction undersigned obligations indemnify terminate",
    ),
    (
        List::Science,
        "hypothesis significant significantly methodology analysis empirical framework parameters correlation statistically observed evaluate evaluated demonstrates demonstrate propose proposed approach baseline dataset variables mechanism quantitative findings results respectively model models experiments experimental benchmark performance",
    ),
    (
        List::Vivid,
        "glittering shimmering golden crimson velvet whispering whispers whisper ancient shadow shadows moonlight silver gleaming trembling roaring endless drifting dancing blazing silent glowing ghostly wild fierce bitter fragrant soft gentle misty dusk dawn ember embers hush murmurs murmur",
    ),
    (
        List::Suspense,
        "suddenly mystery mysterious secret hidden hiding clue clues hint guess wait twist strange stranger surprise surprising surprisingly reveal revealed discover riddle puzzle unexpected unexpectedly until",
    ),
    (
        List::Story,
        "once then suddenly later next finally meanwhile soon afterwards day night morning evening moment before after tonight began until story tale",
    ),
    (
        List::Child,
        "grown-ups grown-up grownups mommy mummy daddy grandma grandpa tiny teeny little big huge funny silly friend friends baby babies bunny puppy kitten dragon dragons dinosaur dinosaurs bedtime toys toy tummy yummy sleepy snuggle hug kids naughty brave clever magic hop wave helper helpers",
    ),
    (
        List::Sales,
        "exclusive limited offer offers discover unbeatable guaranteed free save discount deal deals buy shop order hurry today must-have transform unlock boost revolutionary ultimate premium introducing upgrade subscribe",
    ),
    (
        List::Coach,
        "believe achieve dream dreams goal goals unstoppable strength stronger power powerful journey courage inspire inspired inspiring challenge overcome grow growth keep commit champion potential succeed success forward rise step",
    ),
    (
        List::Humour,
        "joke jokes joking funny hilarious ridiculous haha lol pun apparently spoiler oops suspiciously obviously allegedly clearly plot legend heroic tragically dramatic",
    ),
    (
        List::Connective,
        "however therefore moreover furthermore additionally although whereas consequently thus hence nevertheless despite firstly secondly finally overall",
    ),
    (
        List::Body,
        "hand hands eyes face fingers skin breath shoulders lips knees cheeks feet hair palms nails",
    ),
    (
        List::Intensifier,
        "very extremely incredibly absolutely utterly totally completely so really truly highly deeply",
    ),
    (
        List::Imperative,
        "join come reply sign click bring grab try visit call register book check save don't remember imagine picture meet look share help let take send tell text vote write email rsvp contact download read watch drop pop hit get give put",
    ),
];

static MASKS: LazyLock<HashMap<&'static str, u64>> = LazyLock::new(|| {
    let mut masks = HashMap::new();
    for (list, words) in LISTS {
        for word in words.split_whitespace() {
            *masks.entry(word).or_insert(0) |= 1 << list as u8;
        }
    }
    masks
});

/// Which lists hold `word` (lower case), as a bit set to ask with [`holds`].
#[must_use]
pub fn mask(word: &str) -> u64 {
    MASKS.get(word).copied().unwrap_or(0)
}

/// Whether the bit set of a word names `list`.
#[must_use]
pub const fn holds(mask: u64, list: List) -> bool {
    mask & (1 << list as u8) != 0
}

/// Past tenses and participles that look regular.
#[must_use]
pub fn looks_past(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ed") && !word.ends_with("eed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_may_belong_to_several_lists() {
        let bits = mask("haha");
        assert!(holds(bits, List::Interjection) && holds(bits, List::Humour));
        assert!(!holds(bits, List::Legal));
        assert_eq!(mask("drawbridge"), 0);
    }
}
