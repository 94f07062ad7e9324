//! When a wish that is "for now" ends: "today", "until Friday", "for the next two weeks", "in
//! Lent". Counted in UTC from the event's own time, never from the wall clock.

use std::sync::LazyLock;

use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp as Instant};
use penchant_core::Timestamp;
use regex::Regex;

use crate::words::patterns;

/// A bounded time that a sentence names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Where it stands in the sentence, in bytes.
    pub start: usize,
    /// Past its end.
    pub end: usize,
    /// When it is over; `None`: with the session.
    pub until: Option<Timestamp>,
    /// Whether nothing is said of the end, which is a guess: "as long as she is here". "Until the
    /// builders leave" has an end of its own, though nobody knows when.
    pub guessed: bool,
}

/// How long a time without a date ("while the kitchen is redone") is taken to last, in days: it
/// outlives the session, and is forgotten if nobody ends it.
const OPEN_END_DAYS: i64 = 30;

const NUMBER: &str = r"(\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|couple of|few|a couple of|a few|several)";
const MONTHS: &str =
    "january|february|march|april|may|june|july|august|september|october|november|december";
const DAYS: &str = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thurs|fri|sat|sun";

/// What is done, and where one is, again and again: "while I'm driving", "while I'm at the stove",
/// "during meals" name an occasion, "while I'm in plaster" and "during the works" a time.
const ACTIVITIES: &str = "driving|cooking|baking|working|running|jogging|reading|eating|cycling|walking|hiking|swimming|riding|rowing|sleeping|playing|gaming|coding|programming|debugging|typing|writing|drawing|painting|sewing|knitting|ironing|cleaning|commuting|teaching|studying|gardening|exercising|training|showering|shopping|flying|travell?ing|watching|listening";
const PLACES: &str = "wheel|desk|bench|workbench|stove|oven|grill|easel|piano|till|counter|computer|keyboard|phone|gym|office|workshop|studio|kitchen|car|van|bus|train|plane|shop|shower|bath|garden|lab|classroom|road|bike|treadmill";
const EVENTS: &str = "meals|meetings|lessons|classes|lectures|calls|workouts|runs|rides|walks|shifts|flights|drives|matches|games|sessions|services|rehearsals|breaks|dinner|lunch|breakfast|work hours|office hours|working hours|weekdays|weekends";

struct Patterns {
    /// Whether any word of time is there at all: most sentences name none.
    any: Regex,
    span: Regex,
    until_day: Regex,
    until_date: Regex,
    until_month: Regex,
    until_end_of: Regex,
    until_feast: Regex,
    until_open: Regex,
    this: Regex,
    day: Regex,
    feast: Regex,
    open: Regex,
    recurring: Regex,
    occasion: Regex,
}

// The sources are constants that the tests run through.
#[allow(clippy::expect_used)]
static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let re = |source: String| patterns::pattern(&source).expect("a constant pattern");
    Patterns {
        any: re(r"\b(?:until|till|til|up to|through|this|today|tonight|tomorrow|heute|aujourd'hui|hoy|oggi|vandaag|day|days|week|weeks|weekend|weekends|month|months|hours?|evenings?|nights?|mornings?|years?|during|in|for|over|it's|it is|while|as long as|so long as|before|just now|the time being|at the moment|right now|one time|temporarily|diesmal|cette fois|esta vez|questa volta|deze keer|now)\b".to_owned()),
        span: re(format!(
            r"\b(?:just |only )?(?:for|over|these|in|during)? ?(?:the |these |my )?(?:next |coming |following )?{NUMBER} (?:more )?(day|week|month|hour|weekend|evening|night|morning|year)s?\b"
        )),
        until_day: re(format!(
            r"\b(?:until|till|til|up to|through)(?: next| this| the| about)? ({DAYS}|tomorrow|tonight|noon|the weekend|weekend|next week|next month|next year)\b"
        )),
        until_date: re(format!(
            r"\b(?:until|till|til|up to|through)(?: about)? (?:the )?(?:({MONTHS}) )?(\d{{1,2}})(?:st|nd|rd|th)?(?: of)?(?: ({MONTHS}))?(?:\b|$)"
        )),
        until_month: re(format!(
            r"\b(?:until|till|til|up to|through)(?: the end of| mid| late| early| next| this)? ({MONTHS})\b"
        )),
        until_end_of: re(
            r"\b(?:until|till|til|through|for|by) (?:the )?(?:end|rest) of (?:the |this |my )?(day|week|month|year|term|semester|summer|winter|spring|autumn|season|trip|holidays?)\b".to_owned(),
        ),
        until_feast: re(
            r"\b(?:until|till|til|before) (christmas|easter|new year|new years|halloween|lent)\b".to_owned(),
        ),
        until_open: re(r"\b(?:until|till|til) (?:[^,.;]+)".to_owned()),
        this: re(
            r"\b(?:just |only |for |in |during |but |all )*this (week|weekend|month|year|morning|afternoon|evening|summer|winter|spring|autumn|fall|season|term|semester|quarter)\b".to_owned(),
        ),
        day: re(r"\b(?:just |only |for |but |but for )*(today|tonight|tomorrow|heute|aujourd'hui|hoy|oggi|vandaag)(?: only)?\b".to_owned()),
        feast: re(format!(
            r"\b(?:during|in|for|over|it's|it is|this is) (lent|advent|ramadan|dry january|veganuary|sober october|{MONTHS})\b"
        )),
        open: re(
            r"\b(?:just |only )?(?:while|as long as|so long as|during|for the duration of) (?:[^,.;]+)".to_owned(),
        ),
        recurring: re(format!(
            r"^(?:just |only )?(?:while|during) (?:(?:i'?m|i am|we'?re|we are) )?(?:(?:{ACTIVITIES})\b|(?:at|in|on|behind|under) (?:the|my|our) (?:{PLACES})\b|(?:the |my |our )?(?:\w+ )?(?:{EVENTS})\b)"
        )),
        occasion: re(
            r"\b(?:just |only |for |but |on |in )*(?:for now|for once|this (?:once|time|one|trip|session|chat|conversation|answer|reply|message|mail|email|letter|text|list|round|project|visit|report|draft|meal|order|playlist)|the time being|for the (?:moment|time being)|at the moment|right now|one time only|just now|temporarily|diesmal|cette fois|esta vez|questa volta|deze keer)\b".to_owned(),
        ),
    }
});

/// The first bounded time that `lower` (lower case) names, counted from `now`.
#[must_use]
pub fn find(lower: &str, now: Timestamp) -> Option<Term> {
    let p = &*PATTERNS;
    if !p.any.is_match(lower) {
        return None;
    }
    let today = day_of(now)?;
    let found = |m: regex::Match<'_>, until: Option<Timestamp>| Term {
        start: m.start(),
        end: m.end(),
        until,
        guessed: false,
    };
    let word = |c: &regex::Captures<'_>, n: usize| c.get(n).map_or("", |m| m.as_str()).to_owned();
    if let Some(c) = p.until_end_of.captures(lower) {
        return Some(found(c.get(0)?, end_of_period(today, &word(&c, 1)).and_then(start_of)));
    }
    if let Some(c) = p.until_day.captures(lower) {
        return Some(found(c.get(0)?, until_named(today, &word(&c, 1)).and_then(start_of)));
    }
    if let Some(c) = p.until_feast.captures(lower) {
        return Some(found(c.get(0)?, feast_end(today, &word(&c, 1)).and_then(start_of)));
    }
    if let Some(c) = p.until_date.captures(lower) {
        let month = Some(word(&c, 1)).filter(|m| !m.is_empty()).unwrap_or_else(|| word(&c, 3));
        let day = word(&c, 2).parse::<i8>().ok()?;
        return Some(found(c.get(0)?, next_date(today, &month, day).and_then(day_after)));
    }
    if let Some(c) = p.until_month.captures(lower) {
        let whole = c.get(0)?;
        let month = month_number(&word(&c, 1))?;
        let start = next_month_start(today, month)?;
        let end = if whole.as_str().contains("end of") { month_end(start)? } else { start };
        return Some(found(whole, start_of(end)));
    }
    if let Some(c) = p.this.captures(lower) {
        return Some(found(c.get(0)?, end_of_period(today, &word(&c, 1)).and_then(start_of)));
    }
    if let Some(c) = p.feast.captures(lower) {
        return Some(found(c.get(0)?, feast_end(today, &word(&c, 1)).and_then(start_of)));
    }
    if let Some(c) = p.span.captures(lower)
        && bounded_span(c.get(0)?.as_str())
    {
        let until = span_end(now, &word(&c, 1), &word(&c, 2));
        return Some(found(c.get(0)?, until));
    }
    if let Some(c) = p.day.captures(lower) {
        let days = if word(&c, 1) == "tomorrow" { 2 } else { 1 };
        return Some(found(c.get(0)?, plus_days(today, days).and_then(start_of)));
    }
    if let Some(m) = p.occasion.find(lower) {
        return Some(found(m, None));
    }
    let open = p.open.find(lower).filter(|m| !p.recurring.is_match(m.as_str()));
    let until = plus_days(today, OPEN_END_DAYS).and_then(start_of);
    if let Some(named) = p.until_open.find(lower) {
        return Some(found(named, until));
    }
    Some(Term { guessed: true, ..found(open?, until) })
}

/// "for two weeks" and "these three days" bound a wish; "two days a week" and "six months" do not.
fn bounded_span(matched: &str) -> bool {
    ["for ", "over ", "these ", "next ", "coming ", "following ", "in the ", "during "]
        .iter()
        .any(|open| matched.contains(open))
}

fn day_of(now: Timestamp) -> Option<Date> {
    let instant = Instant::from_millisecond(now.as_millis()).ok()?;
    Some(instant.to_zoned_datetime(TimeZone::UTC).date())
}

fn start_of(day: Date) -> Option<Timestamp> {
    let zoned = day.to_zoned_datetime(TimeZone::UTC).ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

fn plus_days(day: Date, days: i64) -> Option<Date> {
    day.checked_add(Span::new().try_days(days).ok()?).ok()
}

fn day_after(day: Date) -> Option<Timestamp> {
    plus_days(day, 1).and_then(start_of)
}

fn span_end(now: Timestamp, number: &str, unit: &str) -> Option<Timestamp> {
    let n: i64 = match number {
        "a" | "an" | "one" => 1,
        "two" | "couple of" | "a couple of" => 2,
        "three" => 3,
        "few" | "a few" | "four" => 4,
        "five" | "several" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "twelve" => 12,
        digits => digits.parse().ok().filter(|n| (1..=1000).contains(n))?,
    };
    let hours = match unit {
        "hour" => n,
        "week" | "weekend" => n * 7 * 24,
        "month" => n * 30 * 24,
        "year" => n * 365 * 24,
        _ => n * 24,
    };
    let millis = u64::try_from(hours).ok()?.checked_mul(3_600_000)?;
    Some(now.plus(std::time::Duration::from_millis(millis)))
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name.get(..3)? {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => return None,
    })
}

/// The first day on which "until …" no longer holds. A named weekday is included.
fn until_named(today: Date, name: &str) -> Option<Date> {
    match name {
        "tomorrow" => plus_days(today, 1),
        "tonight" | "noon" => plus_days(today, 1),
        "the weekend" | "weekend" => plus_days(today, days_until(today, Weekday::Saturday, true)),
        "next week" => plus_days(today, days_until(today, Weekday::Monday, true)),
        "next month" => month_end(today),
        "next year" => Some(date(today.year().checked_add(1)?, 1, 1)),
        day => plus_days(today, days_until(today, weekday(day)?, false) + 1),
    }
}

/// Days from `today` to the next `target`; today itself counts unless `strictly`.
fn days_until(today: Date, target: Weekday, strictly: bool) -> i64 {
    let days = i64::from(today.weekday().until(target));
    if days == 0 && strictly { 7 } else { days }
}

/// The first day after the running period.
fn end_of_period(today: Date, period: &str) -> Option<Date> {
    match period {
        "day" | "morning" | "afternoon" | "evening" => plus_days(today, 1),
        "week" | "weekend" => plus_days(today, days_until(today, Weekday::Sunday, false) + 1),
        "month" => month_end(today),
        "year" => Some(date(today.year().checked_add(1)?, 1, 1)),
        "spring" => next_month_start(today, 6),
        "summer" => next_month_start(today, 9),
        "autumn" | "fall" => next_month_start(today, 12),
        "winter" => next_month_start(today, 3),
        "season" | "term" | "semester" | "quarter" => plus_days(today, 90),
        _ => plus_days(today, OPEN_END_DAYS),
    }
}

fn month_number(name: &str) -> Option<i8> {
    let at = MONTHS.split('|').position(|m| m == name)?;
    i8::try_from(at + 1).ok()
}

/// The first day of the next month.
fn month_end(day: Date) -> Option<Date> {
    day.last_of_month().tomorrow().ok()
}

/// The first of `month`, this year or next, after today.
fn next_month_start(today: Date, month: i8) -> Option<Date> {
    let this_year = Date::new(today.year(), month, 1).ok()?;
    if this_year > today { Some(this_year) } else { Date::new(today.year() + 1, month, 1).ok() }
}

/// The next date with this day (and month, if named).
fn next_date(today: Date, month: &str, day: i8) -> Option<Date> {
    if let Some(month) = month_number(month) {
        let this_year = Date::new(today.year(), month, day).ok()?;
        return if this_year >= today {
            Some(this_year)
        } else {
            Date::new(today.year() + 1, month, day).ok()
        };
    }
    let this_month = Date::new(today.year(), today.month(), day).ok();
    match this_month {
        Some(found) if found >= today => Some(found),
        _ => {
            let next = month_end(today)?;
            Date::new(next.year(), next.month(), day).ok()
        }
    }
}

/// The first day after a feast or fasting time, or after a month named as one.
fn feast_end(today: Date, name: &str) -> Option<Date> {
    let this_or_next = |month: i8, day: i8| {
        let this_year = date(today.year(), month, day);
        if this_year > today {
            Some(this_year)
        } else {
            Date::new(today.year() + 1, month, day).ok()
        }
    };
    match name {
        "lent" | "easter" => {
            let easter_now = easter(today.year())?;
            if easter_now > today { Some(easter_now) } else { easter(today.year() + 1) }
        }
        "advent" | "christmas" => this_or_next(12, 25),
        "new year" | "new years" => this_or_next(1, 1),
        "halloween" => this_or_next(11, 1),
        "dry january" | "veganuary" => this_or_next(2, 1),
        "sober october" => this_or_next(11, 1),
        "ramadan" => plus_days(today, 30),
        month => {
            let number = month_number(month)?;
            if number == today.month() {
                month_end(today)
            } else {
                month_end(next_month_start(today, number)?)
            }
        }
    }
}

/// Easter Sunday of the Gregorian calendar (the anonymous computus).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    /// A Wednesday.
    const NOW: &str = "2026-03-04T10:00:00Z";

    fn until(text: &str) -> Option<String> {
        let term = find(text, Timestamp::parse(NOW).unwrap()).expect(text);
        term.until.map(|t| t.to_string())
    }

    #[test]
    fn ends_are_counted_from_the_event() {
        let cases = [
            ("no dairy today", "2026-03-05T00:00:00Z"),
            ("this week only salads", "2026-03-09T00:00:00Z"),
            ("just this weekend", "2026-03-09T00:00:00Z"),
            ("until friday no coffee", "2026-03-07T00:00:00Z"),
            ("until next week", "2026-03-09T00:00:00Z"),
            ("for the next two days", "2026-03-06T10:00:00Z"),
            ("for a week", "2026-03-11T10:00:00Z"),
            ("gluten free until the 26th", "2026-03-27T00:00:00Z"),
            ("until april 3", "2026-04-04T00:00:00Z"),
            ("till the end of the month", "2026-04-01T00:00:00Z"),
            ("no meat in lent", "2026-04-05T00:00:00Z"),
            ("this summer", "2026-09-01T00:00:00Z"),
        ];
        for (text, expected) in cases {
            assert_eq!(until(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_wish_for_this_answer_ends_with_the_session_and_an_open_one_outlives_it() {
        assert_eq!(until("in german, just this once"), None);
        assert!(until("while the kitchen is being redone").is_some());
        assert!(until("while i'm in plaster").is_some() && until("during the works").is_some());
    }

    #[test]
    fn habits_are_not_terms() {
        let now = Timestamp::parse(NOW).unwrap();
        assert_eq!(find("i run two days a week", now), None);
        assert_eq!(find("always metric units", now), None);
        assert_eq!(find("no calls while i'm at the stove", now), None);
        assert_eq!(find("quiet during the lessons", now), None);
    }

    #[test]
    fn easter_of_known_years() {
        assert_eq!(easter(2025), Some(date(2025, 4, 20)));
        assert_eq!(easter(2026), Some(date(2026, 4, 5)));
    }
}
