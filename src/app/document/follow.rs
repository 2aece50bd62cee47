//! What follows from an edited recipe, kept up to date: at once where rows are few, else in a job.

use crate::app::jobs::{JobContext, JobEnd, JobId, Jobs};
use crate::project::Recipe;

use super::opened::{Document, DocumentMessage};
use super::prepared::{Derived, untargeted};

/// Series of at most so many rows are checked at once: about a millisecond without full
/// optimisation (0.8 to 4.8 on a busy machine); 1,000 rows took 3 to 11, 2,000 rows 25 to 39.
const AT_ONCE: usize = 500;

/// Whether what follows from the present recipe is known.
#[derive(Debug, Default)]
pub enum Following {
    #[default]
    Known,
    /// It is made for this recipe; the document has that of an earlier one.
    UnderWay { job: JobId, asked: Box<CheckedFor> },
    /// It could not be made, and why.
    Failed { asked: Box<CheckedFor>, message: String },
}

/// What is to be known: what follows for a series from a recipe.
#[derive(Debug, PartialEq)]
pub struct CheckedFor {
    read_by: JobId,
    fingerprint: u64,
    recipe: Recipe,
}

impl CheckedFor {
    fn of(document: &Document, recipe: &Recipe) -> Self {
        let (read_by, fingerprint) = (document.read_by, document.data.fingerprint);
        Self { read_by, fingerprint, recipe: untargeted(recipe) }
    }
}

impl Following {
    /// Brings what follows from the recipe up to date, at once or in a job; whether it has changed.
    ///
    /// There is one job at a time: where the recipe is edited meanwhile, the next begins when it ends.
    pub(super) fn bring_up<Message: From<DocumentMessage> + Send + 'static>(
        &mut self,
        document: Option<&mut Document>,
        recipe: &Recipe,
        jobs: &mut Jobs<Message>,
    ) -> bool {
        let Some(document) = document.filter(|document| !document.derived.is_of(recipe)) else {
            self.give_up(jobs);
            return false;
        };
        let data = &document.data;
        if data.series.len() <= AT_ONCE {
            self.give_up(jobs);
            document.derived = Derived::new(&data.series, &data.modelled, recipe);
            return true;
        }
        let asked = CheckedFor::of(document, recipe);
        match self {
            Self::UnderWay { job, asked: before } => {
                if **before != asked {
                    jobs.stop(*job);
                }
                return false;
            }
            Self::Failed { asked: before, .. } if **before == asked => return false,
            Self::Failed { .. } | Self::Known => {}
        }
        let (series, modelled) = (data.series.clone(), data.modelled.clone());
        let recipe = recipe.clone();
        let job = jobs.start(
            "check settings",
            DocumentMessage::Follow,
            move |context: &JobContext<_>| {
                if context.stop.is_stopped() {
                    return Ok(JobEnd::Stopped(None));
                }
                let derived = Box::new(Derived::new(&series, &modelled, &recipe));
                Ok(JobEnd::of(derived, &context.stop))
            },
        );
        *self = Self::UnderWay { job, asked: Box::new(asked) };
        false
    }

    /// Takes in how the job ended; whether what follows has changed. An answer to an earlier question
    /// is dropped.
    pub(super) fn take(
        &mut self,
        job: JobId,
        end: JobEnd<Box<Derived>>,
        document: Option<&mut Document>,
        recipe: &Recipe,
    ) -> bool {
        let asked = match std::mem::take(self) {
            Self::UnderWay { job: awaited, asked } if awaited == job => asked,
            other => {
                *self = other;
                return false;
            }
        };
        let Some(document) = document.filter(|document| CheckedFor::of(document, recipe) == *asked)
        else {
            return false;
        };
        match end {
            JobEnd::Finished(derived) | JobEnd::Stopped(Some(derived)) => {
                document.derived = *derived;
                true
            }
            JobEnd::Stopped(None) => false,
            JobEnd::Failed(message) => {
                *self = Self::Failed { asked, message };
                false
            }
        }
    }

    fn give_up<Message>(&mut self, jobs: &Jobs<Message>) {
        if let Self::UnderWay { job, .. } = self {
            jobs.stop(*job);
        }
        *self = Self::Known;
    }
}
