//! Asks file systems for their space, some of which never answer.
//!
//! `statvfs(2)` on a network file system whose server is gone hangs in the kernel, for ever, and nothing can
//! interrupt it. So a thread asks, and the page waits for each answer only so long. A mount that has
//! not answered hangs: it is not asked again until it does, so there is one thread for each mount that hangs
//! and no more.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::fs::{StatVfs, statvfs};

/// How long a page waits for one file system: node_exporter's `--collector.filesystem.mount-timeout`.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(5);

/// One question.
#[derive(Debug)]
struct Question {
    path: PathBuf,
    answered: AtomicBool,
}

/// The mounts, with memory of those that hang.
#[derive(Debug)]
pub(in crate::node) struct Mounts {
    hanging: Mutex<Vec<Arc<Question>>>,
    /// How a file system is asked, and for how long its answer is waited for.
    ask: fn(&Path) -> Option<StatVfs>,
    answer_time_max: Duration,
}

impl Default for Mounts {
    fn default() -> Self {
        let ask = |path: &Path| statvfs(path).ok();
        Self {
            hanging: Mutex::default(),
            ask,
            answer_time_max: ANSWER_TIME_MAX,
        }
    }
}

type Answers = Receiver<Option<StatVfs>>;

impl Mounts {
    /// Asks all, in order. `None` for those that have an error, and for those that hang.
    pub(super) fn ask(&self, paths: Vec<PathBuf>) -> Vec<Option<StatVfs>> {
        let hanging = self.hanging_paths();
        let questions = paths.into_iter().map(|path| {
            Arc::new(Question {
                path,
                answered: AtomicBool::new(false),
            })
        });
        let questions = questions.collect::<Vec<_>>();
        let asked = questions
            .iter()
            .filter(|question| !hanging.contains(&question.path));
        let asked = asked.cloned().collect::<Vec<_>>();
        let mut answers = self.ask_all(&asked).into_iter();
        let answer = |question: &Arc<Question>| {
            if hanging.contains(&question.path) {
                None
            } else {
                answers.next().flatten()
            }
        };
        questions.iter().map(answer).collect()
    }

    fn hanging_paths(&self) -> Vec<PathBuf> {
        let mut hanging = self.hanging.lock().unwrap_or_else(PoisonError::into_inner);
        hanging.retain(|question| !question.answered.load(Ordering::Acquire));
        hanging
            .iter()
            .map(|question| question.path.clone())
            .collect()
    }

    fn ask_all(&self, questions: &[Arc<Question>]) -> Vec<Option<StatVfs>> {
        let mut answers = Vec::with_capacity(questions.len());
        while answers.len() < questions.len() {
            let left = &questions[answers.len()..];
            let Some(thread_answers) = self.ask_on_thread(left.to_vec()) else {
                break;
            };
            loop {
                match thread_answers.recv_timeout(self.answer_time_max) {
                    Ok(answer) => answers.push(answer),
                    // The thread is done.
                    Err(RecvTimeoutError::Disconnected) => return answers,
                    Err(RecvTimeoutError::Timeout) => break,
                }
            }
            // The thread is left to itself, and another asks those after the one it waits for.
            if let Some(question) = questions.get(answers.len()) {
                tracing::warn!(path = %question.path.display(), "file system does not answer");
                let mut hanging = self.hanging.lock().unwrap_or_else(PoisonError::into_inner);
                hanging.push(Arc::clone(question));
                answers.push(None);
            }
        }
        answers
    }

    /// `None` when there can be no more threads.
    fn ask_on_thread(&self, questions: Vec<Arc<Question>>) -> Option<Answers> {
        let (sender, answers) = channel();
        let ask = self.ask;
        let ask_all = move || {
            for question in &questions {
                let answer = ask(&question.path);
                question.answered.store(true, Ordering::Release);
                if sender.send(answer).is_err() {
                    // Nobody waits any more.
                    return;
                }
            }
        };
        thread::Builder::new()
            .name("mounts".to_owned())
            .spawn(ask_all)
            .ok()?;
        Some(answers)
    }
}

#[cfg(test)]
mod tests;
