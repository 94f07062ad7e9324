//! With a model that reads question and notes together.

use super::*;

/// As [`Words`], and holds that whatever is said of planes matters to who travels.
struct Reads(Words);

#[async_trait]
impl Embedder for Reads {
    fn info(&self) -> &EmbedderInfo {
        self.0.info()
    }

    async fn embed(&self, texts: &[String]) -> Result<Vec<Vector>, PortError> {
        self.0.embed(texts).await
    }

    async fn fit(
        &self,
        text: &str,
        task: &str,
        notes: &[String],
    ) -> Result<Option<Vec<f32>>, PortError> {
        assert_eq!((text, task), ("which way from Munich to Rome", "trip"));
        assert!(notes.len() <= 12, "{} notes are to be read", notes.len());
        let fits = |note: &String| if note.contains("plane") { 0.9 } else { 0.05 };
        Ok(Some(notes.iter().map(fits).collect()))
    }
}

#[tokio::test]
async fn what_a_model_reads_to_matter_comes_first_without_a_common_word() {
    let them = vec![holds("a", "never boards a plane"), holds("b", "collects maps of Rome")];
    let mut question = query("which way from Munich to Rome");
    question.context.task = "trip".to_owned();
    let mut retriever = retriever(them).await;
    assert_eq!(lines(&retriever.retrieve(&question).await.unwrap()), ["collects maps of Rome"]);
    retriever.embedder = Arc::new(Reads(Words::new()));
    let read = retriever.retrieve(&question).await.unwrap();
    assert_eq!(lines(&read).first(), Some(&"never boards a plane"));
}

#[tokio::test]
async fn of_many_notes_a_dozen_is_read_and_without_a_question_none() {
    let mut them: Vec<Preference> = (0..30)
        .map(|n| holds(&format!("n{n}"), &format!("collects maps of Rome, volume {n}")))
        .collect();
    them.push(holds("a", "never boards a plane from Rome"));
    let mut question = query("which way from Munich to Rome");
    question.context.task = "trip".to_owned();
    let mut retriever = retriever(them).await;
    retriever.embedder = Arc::new(Reads(Words::new()));
    assert!(!lines(&retriever.retrieve(&question).await.unwrap()).is_empty());
    // A question would be refused by what reads: it is not the one that is expected.
    retriever.retrieve(&query(" ")).await.unwrap();
}
