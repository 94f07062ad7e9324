//! How near a context is to each kind of situation a user has been seen in.
//!
//! Two views, both relative to what the user's situations have in common: what the context is
//! about (embedding) and how it is written ([`Cues`]). Subtracting the common part matters: most
//! of the similarity between two texts of one user is language and task, which tell nothing apart.

use crate::cues::Cues;
use crate::head::ContextCluster;
use crate::vector::{Vector, dot};

/// A context as compared with clusters.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Situation {
    /// Its embedding.
    pub vector: Vector,
    /// How it is written.
    pub cues: Cues,
    /// What is being done in it; empty when not said.
    pub task: String,
}

/// How near a situation is to one cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearness {
    /// The cluster.
    pub cluster: u32,
    /// Plain cosine of the embeddings, in [-1, 1].
    pub topic: f32,
    /// How much nearer than the user's situations are on average: the sum of the centred cosines
    /// of both views, in [-2, 2]. 0 when there is nothing to be compared with.
    pub relative: f32,
    /// Whether the tasks agree or one of them is unknown.
    pub same_task: bool,
}

fn mean<'a>(rows: impl Iterator<Item = &'a [f32]>) -> Vec<f32> {
    let mut sum: Vec<f32> = Vec::new();
    let mut n = 0.0_f32;
    for row in rows {
        if sum.is_empty() {
            sum = row.to_vec();
        } else if sum.len() == row.len() {
            sum.iter_mut().zip(row).for_each(|(s, v)| *s += v);
        } else {
            continue;
        }
        n += 1.0;
    }
    sum.iter_mut().for_each(|s| *s /= n.max(1.0));
    sum
}

/// What is compared with many others, relative to `centre`.
struct Centred {
    centre: Vec<f32>,
    asked: Vec<f32>,
    norm: f32,
}

impl Centred {
    fn of(asked: &[f32], centre: Vec<f32>) -> Option<Self> {
        if asked.len() != centre.len() || asked.is_empty() {
            return None;
        }
        let asked: Vec<f32> = asked.iter().zip(&centre).map(|(x, c)| x - c).collect();
        let norm = dot(&asked, &asked);
        Some(Self { centre, asked, norm })
    }

    fn cosine(&self, other: &[f32]) -> f32 {
        if other.len() != self.centre.len() {
            return 0.0;
        }
        let other: Vec<f32> = other.iter().zip(&self.centre).map(|(y, c)| y - c).collect();
        let norms = (self.norm * dot(&other, &other)).sqrt();
        if norms <= 1e-6 { 0.0 } else { (dot(&self.asked, &other) / norms).clamp(-1.0, 1.0) }
    }
}

/// Nearness to every cluster, in their order.
#[must_use]
pub fn nearness(clusters: &[ContextCluster], asked: &Situation) -> Vec<Nearness> {
    let same = |c: &ContextCluster| {
        asked.task.is_empty() || c.task.is_empty() || c.task.eq_ignore_ascii_case(&asked.task)
    };
    let peers: Vec<&ContextCluster> = clusters.iter().filter(|c| same(c)).collect();
    let centre = |rows: Vec<&[f32]>| mean(rows.into_iter().filter(|v| !v.is_empty()));
    let several = peers.len() > 1;
    let (topic, cues) = if several {
        let topic = centre(peers.iter().map(|c| c.centroid.as_slice()).collect());
        let cues = centre(peers.iter().map(|c| c.cues.as_slice()).collect());
        (Centred::of(asked.vector.as_slice(), topic), Centred::of(asked.cues.as_slice(), cues))
    } else {
        (None, None)
    };
    let relative = |view: &Option<Centred>, other: &[f32]| {
        view.as_ref().map_or(0.0, |centred| centred.cosine(other))
    };
    clusters
        .iter()
        .map(|c| Nearness {
            cluster: c.id,
            topic: c.centroid.cosine(&asked.vector),
            relative: relative(&topic, c.centroid.as_slice()) + relative(&cues, c.cues.as_slice()),
            same_task: same(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::Style;
    use crate::time::Timestamp;

    fn cluster(id: u32, task: &str, numbers: [f32; 3]) -> ContextCluster {
        ContextCluster {
            id,
            centroid: Vector::normalized(numbers.to_vec()),
            cues: Cues::default(),
            style: Style::default(),
            drift: Style::default(),
            count: 1,
            task: task.to_owned(),
            last_at: Timestamp::default(),
        }
    }

    #[test]
    fn what_all_situations_share_tells_nothing_apart() {
        let clusters = [cluster(1, "mail", [5.0, 1.0, 0.0]), cluster(2, "mail", [5.0, 0.0, 1.0])];
        let asked = Situation {
            vector: Vector::normalized(vec![5.0, 0.9, 0.1]),
            task: "mail".to_owned(),
            ..Situation::default()
        };
        let near = nearness(&clusters, &asked);
        assert!(near[1].topic > 0.9, "plain cosine hardly differs");
        assert!(near[0].relative > 0.8 && near[1].relative < -0.5);
    }

    #[test]
    fn another_task_is_told_apart() {
        let clusters = [cluster(1, "mail", [1.0, 0.0, 0.0]), cluster(2, "code", [1.0, 0.0, 0.0])];
        let asked = Situation { task: "code".to_owned(), ..Situation::default() };
        let near = nearness(&clusters, &asked);
        assert!(!near[0].same_task && near[1].same_task);
    }
}
