//! How well likings are learnt from noisy behaviour, against counting: simulated users with known
//! true likings, a fifth of their actions flipped.

use std::path::PathBuf;
use std::time::Duration;

use penchant_core::event::{Action, Event, EventBody, Interaction, Item};
use penchant_core::{Context, EventId, Position, TenantId, Timestamp, UserId, UserKey, UserState};
use penchant_learn::behaviour::{BehaviourReader, affinity};
use penchant_learn::fold::{self, Cause, FoldConfig};
use penchant_learn::reading::{Reader as _, Surroundings};
use plotters::prelude::*;

/// How to simulate.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Simulated users.
    #[arg(long, default_value_t = 200)]
    users: u64,
    /// Share of flipped labels.
    #[arg(long, default_value_t = 0.2)]
    flips: f64,
    /// Where to draw the figure.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Values of the one attribute that items differ in.
const VALUES: usize = 16;
/// Events per user at which likings are compared.
const POINTS: [usize; 8] = [10, 20, 40, 80, 160, 320, 640, 1_280];

/// Mean rank correlation with the truth at one number of events.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    events: usize,
    learnt: f64,
    positive: f64,
    all: f64,
}

/// A small deterministic generator (Knuth's MMIX), uniform in [0, 1).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.roll() * n as f64) as usize
    }
}

/// Runs the simulation, prints it and draws it. Fails where counting does better.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mut found = POINTS.map(|events| Found { events, ..Found::default() });
    for user in 0..args.users {
        one(user, args.flips, &mut found)?;
    }
    let users = args.users.max(1) as f64;
    println!("{} users, {:.0} % of labels flipped", args.users, args.flips * 100.0);
    println!("{:>8} {:>8} {:>17} {:>17}", "events", "learnt", "positive actions", "all actions");
    for point in &mut found {
        point.learnt /= users;
        point.positive /= users;
        point.all /= users;
        println!(
            "{:>8} {:>8.3} {:>17.3} {:>17.3}",
            point.events, point.learnt, point.positive, point.all
        );
    }
    if let Some(out) = &args.out {
        draw(out, &found, args)?;
        println!("drawn to {}", out.display());
    }
    let worse = found.iter().find(|p| p.learnt <= p.positive.max(p.all));
    match worse {
        Some(point) => anyhow::bail!("counting is as good at {} events", point.events),
        None => Ok(()),
    }
}

fn one(user: u64, flips: f64, found: &mut [Found]) -> anyhow::Result<()> {
    let mut dice = Dice(user.wrapping_mul(977).wrapping_add(31));
    let truth: Vec<f64> = (0..VALUES).map(|_| dice.roll()).collect();
    let key = UserKey::new(TenantId::try_new("t")?, UserId::try_new(format!("u{user}"))?);
    let reader = BehaviourReader::new();
    let mut state = UserState::default();
    let (mut positive, mut all) = ([0.0; VALUES], [0.0; VALUES]);
    let most = found.last().map_or(0, |p| p.events);
    for number in 0..most {
        // Popular values are shown more often, whatever the user thinks of them.
        let shown = dice.below(VALUES).min(dice.below(VALUES));
        let likes = dice.roll() < truth[shown];
        let flipped = dice.roll() < flips;
        let action = match (likes != flipped, dice.below(4)) {
            (true, 0) => Action::Click,
            (true, 1) => Action::Like,
            (true, 2) => Action::Save,
            (true, _) => Action::Purchase,
            (false, 0 | 1) => Action::Skip,
            (false, 2) => Action::View,
            (false, _) => Action::Dislike,
        };
        all[shown] += 1.0;
        positive[shown] += f64::from(u8::from(likes != flipped));
        let event = Event {
            id: EventId::try_new(format!("e{number}"))?,
            user: key.clone(),
            session: None,
            occurred_at: Timestamp::from_millis(1_700_000_000_000)
                .plus(Duration::from_secs(3_600) * u32::try_from(number)?),
            imported: true,
            context: Context::default(),
            body: EventBody::Interaction(Interaction {
                item: Item {
                    id: format!("i{number}"),
                    text: String::new(),
                    attributes: [("genre".to_owned(), format!("g{shown}"))].into(),
                },
                action,
                dwell_ms: 0,
                list_position: 0,
            }),
        };
        let position = Position::new(0, number as u64);
        let cause = Cause { event: &event, position, at: event.occurred_at };
        let reading = reader.read(&event, &Surroundings::default(), &[]);
        fold::apply(&mut state, &cause, &reading, &FoldConfig::default());
        if let Some(point) = found.iter_mut().find(|p| p.events == number + 1) {
            let learnt: Vec<f64> =
                (0..VALUES).map(|n| affinity(&state, "genre", &format!("g{n}"))).collect();
            point.learnt += correlation(&learnt, &truth);
            point.positive += correlation(&positive, &truth);
            point.all += correlation(&all, &truth);
        }
    }
    Ok(())
}

/// Ranks from 0; equal values share their mean rank.
fn ranks(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .map(|v| {
            let below = values.iter().filter(|w| *w < v).count() as f64;
            let equal = values.iter().filter(|w| *w == v).count() as f64;
            below + (equal - 1.0) / 2.0
        })
        .collect()
}

/// Spearman's rank correlation; 0 when one side is all equal.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let mean = (a.len() as f64 - 1.0) / 2.0;
    let over = |x: &[f64], y: &[f64]| -> f64 {
        x.iter().zip(y).map(|(p, q)| (p - mean) * (q - mean)).sum()
    };
    let norms = (over(&a, &a) * over(&b, &b)).sqrt();
    if norms > 0.0 { over(&a, &b) / norms } else { 0.0 }
}

/// Colours that stay apart on light and dark ground and for the colour-blind (Okabe and Ito 2008).
const LEARNT: RGBColor = RGBColor(0, 114, 178);
const POSITIVE: RGBColor = RGBColor(213, 94, 0);
const ALL: RGBColor = RGBColor(120, 120, 120);
/// Readable on both grounds.
const INK: RGBColor = RGBColor(110, 118, 129);

fn draw(out: &std::path::Path, found: &[Found], args: &Args) -> anyhow::Result<()> {
    let failed = |error: DrawingAreaErrorKind<_>| anyhow::anyhow!("drawing: {error:?}");
    let area = SVGBackend::new(out, (760, 460)).into_drawing_area();
    let ink = |size: i32| ("sans-serif", size).into_font().color(&INK);
    let caption = format!(
        "Likings learnt from behaviour, {} users, {:.0} % of labels flipped",
        args.users,
        args.flips * 100.0
    );
    let most = found.last().map_or(1, |p| p.events) as f64;
    let mut chart = ChartBuilder::on(&area)
        .caption(caption, ink(18))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d((9.0..most * 1.1).log_scale(), -0.1..1.0)
        .map_err(failed)?;
    chart
        .configure_mesh()
        .x_desc("events per user")
        .y_desc("rank correlation with true likings")
        .axis_desc_style(ink(14))
        .label_style(ink(13))
        .axis_style(INK)
        .bold_line_style(INK.mix(0.25))
        .light_line_style(INK.mix(0.0))
        .x_label_formatter(&|n| format!("{n:.0}"))
        .y_label_formatter(&|n| format!("{n:.1}"))
        .draw()
        .map_err(failed)?;
    type Value = fn(&Found) -> f64;
    let lines: [(&str, RGBColor, Value); 3] = [
        ("learnt", LEARNT, |p| p.learnt),
        ("count of positive actions", POSITIVE, |p| p.positive),
        ("count of all actions", ALL, |p| p.all),
    ];
    for (name, colour, value) in lines {
        let points: Vec<(f64, f64)> = found.iter().map(|p| (p.events as f64, value(p))).collect();
        chart
            .draw_series(LineSeries::new(points.clone(), colour.stroke_width(3)))
            .map_err(failed)?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 22, y)], colour.stroke_width(3)));
        chart
            .draw_series(points.into_iter().map(|at| Circle::new(at, 4, colour.filled())))
            .map_err(failed)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .margin(14)
        .label_font(ink(14))
        .draw()
        .map_err(failed)?;
    area.present().map_err(failed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learnt_likings_are_nearer_to_the_true_ones_than_counts_at_every_number_of_events() {
        let mut found = POINTS.map(|events| Found { events, ..Found::default() });
        for user in 0..40 {
            one(user, 0.2, &mut found).unwrap();
        }
        for point in found {
            assert!(point.learnt > point.positive, "{point:?}");
            assert!(point.learnt > point.all, "{point:?}");
        }
        let rises = found.is_sorted_by(|a, b| a.learnt < b.learnt);
        assert!(rises && found[7].learnt / 40.0 > 0.7, "{found:?}");
    }

    #[test]
    fn ranks_of_equal_values_are_shared() {
        assert_eq!(ranks(&[2.0, 1.0, 2.0]), [1.5, 0.0, 1.5]);
        assert!((correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 9.0]) - 1.0).abs() < 1e-12);
        assert_eq!(correlation(&[1.0, 1.0], &[1.0, 2.0]), 0.0);
    }
}
