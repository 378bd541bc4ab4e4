//! Which plan would be best, while others go on working? A queue of searches with one or a few at work, followed and ended from
//! outside. A file of its own because a search takes as long as it takes, and nobody may have to wait for another's.
//! It is long because every rule of the queue holds under one lock.

use super::changes::Changes;
use super::crew::Crew;
use super::error::DeskError;
use super::what_if::WhatIf;
use crate::job::{Remark, Search, improve};
use crate::model::Lang;
use crate::siting::Certificate;
use crate::travel::SiteIndex;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How often clocks and listeners are looked at.
const TICK: Duration = Duration::from_millis(50);
/// Finished jobs that are still answered for.
const KEPT: usize = 64;

/// How much may be asked at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobLimits {
    /// Searches at work.
    pub workers: usize,
    /// Jobs that wait.
    pub queue: usize,
    /// Jobs of one client that wait or are at work.
    pub per_client: usize,
    /// The longest search.
    pub longest: Duration,
    /// How long a job goes on when nobody listens.
    pub grace: Duration,
}

impl Default for JobLimits {
    fn default() -> Self {
        let (longest, grace) = (Duration::from_secs(600), Duration::from_secs(10));
        Self { workers: 1, queue: 8, per_client: 3, longest, grace }
    }
}

/// Why a job was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The queue is full.
    Full,
    /// This client has too many.
    TooMany,
    /// The changes are wrong.
    Wrong(DeskError),
}

/// A job waits, or finds out who reaches what: there is no choice to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoneYet;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits.
    Queued,
    /// It is at work.
    Running,
    /// It has an answer.
    Done,
    /// It was ended, by a person or because nobody listened any more.
    Cancelled,
    /// No choice meets the conditions, or it broke.
    Failed,
}

impl State {
    /// As in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// Whether nothing more will happen.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// A better plan.
#[derive(Debug, Clone)]
pub struct Better {
    /// Ids of the candidates that it opens, sorted.
    pub sites: Vec<String>,
    /// Where the plan weighs its phases: what each opens anew, by name of the phase.
    pub phases: Vec<(String, Vec<String>)>,
    /// Changes that lead to it.
    pub changes: Changes,
    /// Its proof.
    pub certificate: Certificate,
    /// What a reader must know about how it was found.
    pub remarks: Vec<Remark>,
}

/// A job as it looks from outside.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its id.
    pub id: String,
    /// Where it stands.
    pub state: State,
    /// Jobs before it, while it waits.
    pub position: Option<usize>,
    /// Incumbent and bound in weighted people (times the weights of phases, where the plan has them), once there are.
    pub told: Option<(f64, f64)>,
    /// Seconds at work.
    pub seconds: f64,
    /// The answer, when it is done.
    pub better: Option<Better>,
    /// Why it failed.
    pub error: Option<DeskError>,
}

/// A queue of searches.
#[derive(Debug)]
pub struct Jobs {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    limits: JobLimits,
    inner: Mutex<Inner>,
    work: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    jobs: BTreeMap<u64, Job>,
    queue: VecDeque<u64>,
    next: u64,
    started: bool,
    closed: bool,
}

#[derive(Debug)]
struct Job {
    client: String,
    desk: Arc<WhatIf>,
    changes: Changes,
    seconds: f64,
    search: Arc<Search>,
    state: State,
    /// A worker has it: of a job that was ended, until the search has noticed.
    at_work: bool,
    started: Option<Instant>,
    ended: Option<Instant>,
    listeners: usize,
    last_seen: Instant,
    better: Option<Better>,
    error: Option<DeskError>,
}

/// Whoever holds this keeps its job going.
#[derive(Debug)]
pub struct Listener {
    shared: Arc<Shared>,
    id: u64,
}

impl Jobs {
    /// An empty queue; its threads start with the first job and end with it.
    pub fn new(limits: JobLimits) -> Self {
        Self { shared: Arc::new(Shared { limits, inner: Mutex::default(), work: Condvar::new() }) }
    }

    /// Its limits.
    pub fn limits(&self) -> JobLimits {
        self.shared.limits
    }

    /// Takes a job: the best choice under these changes within so many seconds. Returns its id.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn submit(&self, client: &str, desk: &Arc<WhatIf>, changes: &Changes, seconds: f64) -> Result<String, Refused> {
        let changes = changes.clone().sorted();
        // Understood, not made: a burst of jobs must cost next to nothing.
        desk.resolved(&changes).map_err(Refused::Wrong)?;
        let longest = self.shared.limits.longest.as_secs_f64();
        let seconds = if seconds.is_finite() { seconds.clamp(0.1, longest) } else { longest };
        let mut inner = self.shared.lock();
        let own = inner.jobs.values().filter(|j| j.client == client && !j.state.is_over()).count();
        if own >= self.shared.limits.per_client {
            return Err(Refused::TooMany);
        }
        let running = inner.at_work();
        let free = self.shared.limits.workers.saturating_sub(running);
        if inner.queue.len() >= self.shared.limits.queue + free {
            return Err(Refused::Full);
        }
        inner.next += 1;
        let id = inner.next;
        let job = Job {
            client: client.to_owned(),
            desk: Arc::clone(desk),
            changes,
            seconds,
            search: Arc::default(),
            state: State::Queued,
            at_work: false,
            started: None,
            ended: None,
            listeners: 0,
            last_seen: Instant::now(),
            better: None,
            error: None,
        };
        inner.jobs.insert(id, job);
        inner.queue.push_back(id);
        inner.forget();
        if !inner.started {
            inner.started = true;
            for _ in 0..self.shared.limits.workers.max(1) {
                let shared = Arc::downgrade(&self.shared);
                std::thread::spawn(move || work(&shared));
            }
            let shared = Arc::downgrade(&self.shared);
            std::thread::spawn(move || keep_time(&shared));
        }
        drop(inner);
        self.shared.work.notify_one();
        Ok(format!("j{id}"))
    }

    /// How a job stands; asking is a sign of life. `None` when there is no such job, or no longer.
    pub fn see(&self, id: &str) -> Option<Seen> {
        let id = number(id)?;
        let mut inner = self.shared.lock();
        inner.jobs.get_mut(&id)?.last_seen = Instant::now();
        inner.see(id)
    }

    /// Keeps a job going while the listener lives.
    pub fn listen(&self, id: &str) -> Option<Listener> {
        let id = number(id)?;
        self.shared.lock().jobs.get_mut(&id)?.listeners += 1;
        Some(Listener { shared: Arc::clone(&self.shared), id })
    }

    /// Ends a job with the best choice so far; one that has none yet goes on. `None` when there is no such job, or no longer.
    pub fn take(&self, id: &str) -> Option<Result<(), NoneYet>> {
        let inner = self.shared.lock();
        let job = inner.jobs.get(&number(id)?)?;
        if !job.state.is_over() && job.search.told().is_none() {
            return Some(Err(NoneYet));
        }
        job.search.stop();
        Some(Ok(()))
    }

    /// Ends a job without an answer, and at once: what its search still finds out counts for nothing.
    pub fn cancel(&self, id: &str) -> Option<()> {
        let id = number(id)?;
        let mut inner = self.shared.lock();
        inner.jobs.get(&id)?;
        inner.cancel(id);
        Some(())
    }

    /// Jobs that wait, that are at work, and that were begun since the start.
    pub fn load(&self) -> (u64, u64, u64) {
        let inner = self.shared.lock();
        (inner.queue.len() as u64, inner.at_work() as u64, inner.next)
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        let mut inner = self.shared.lock();
        inner.closed = true;
        inner.jobs.values().for_each(|job| job.search.stop());
        drop(inner);
        self.shared.work.notify_all();
    }
}

impl Listener {
    /// How the job stands.
    pub fn see(&self) -> Option<Seen> {
        self.shared.lock().see(self.id)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(job) = self.shared.lock().jobs.get_mut(&self.id) {
            job.listeners -= 1;
            job.last_seen = Instant::now();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn see(&self, id: u64) -> Option<Seen> {
        let job = self.jobs.get(&id)?;
        let until = job.ended.unwrap_or_else(Instant::now);
        Some(Seen {
            id: format!("j{id}"),
            state: job.state,
            position: self.queue.iter().position(|q| *q == id),
            told: job.search.told(),
            seconds: job.started.map_or(0.0, |s| until.duration_since(s).as_secs_f64()),
            better: job.better.clone(),
            error: job.error.clone(),
        })
    }

    fn cancel(&mut self, id: u64) {
        self.queue.retain(|q| *q != id);
        let Some(job) = self.jobs.get_mut(&id).filter(|job| !job.state.is_over()) else { return };
        job.search.drop_it();
        job.state = State::Cancelled;
        job.ended = job.started.map(|_| Instant::now());
    }

    fn at_work(&self) -> usize {
        self.jobs.values().filter(|j| j.at_work).count()
    }

    /// Forgets the oldest finished jobs.
    fn forget(&mut self) {
        let over: Vec<u64> =
            self.jobs.iter().filter(|(_, j)| j.state.is_over() && !j.at_work).map(|(id, _)| *id).collect();
        for id in over.iter().take(over.len().saturating_sub(KEPT)) {
            self.jobs.remove(id);
        }
    }
}

/// Takes one job after the other until the queue is dropped.
fn work(shared: &Weak<Shared>) {
    let crew = Crew::new();
    loop {
        let Some(shared) = shared.upgrade() else { return };
        let mut inner = shared.lock();
        if inner.closed {
            return;
        }
        let Some(id) = inner.queue.pop_front() else {
            // Woken by a job, or after a while to see whether the queue is still there.
            drop(shared.work.wait_timeout(inner, Duration::from_millis(500)));
            continue;
        };
        let Some(job) = inner.jobs.get_mut(&id) else { continue };
        (job.state, job.at_work) = (State::Running, true);
        job.started = Some(Instant::now());
        let (desk, changes, search) = (Arc::clone(&job.desk), job.changes.clone(), Arc::clone(&job.search));
        drop(inner);
        // A panic in the search is that job's failure and nobody else's.
        let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            crew.work(|| search_for(&desk, &changes, &search))
        }));
        let mut inner = shared.lock();
        let Some(job) = inner.jobs.get_mut(&id) else { continue };
        job.at_work = false;
        if job.state.is_over() {
            continue;
        }
        job.ended = Some(Instant::now());
        job.state = match found {
            Ok(Ok(better)) => {
                job.better = better;
                State::Done
            }
            Ok(Err(error)) => {
                job.error = Some(error);
                State::Failed
            }
            Err(_) => State::Failed,
        };
    }
}

/// Ends jobs that are out of time, or that nobody listens to.
fn keep_time(shared: &Weak<Shared>) {
    loop {
        std::thread::sleep(TICK);
        let Some(shared) = shared.upgrade() else { return };
        let mut inner = shared.lock();
        if inner.closed {
            return;
        }
        let late = |j: &Job| j.started.is_some_and(|s| s.elapsed().as_secs_f64() > j.seconds);
        inner.jobs.values().filter(|j| j.state == State::Running && late(j)).for_each(|j| j.search.stop());
        let left = |j: &Job| j.listeners == 0 && j.last_seen.elapsed() > shared.limits.grace;
        let alone: Vec<u64> =
            inner.jobs.iter().filter(|(_, j)| !j.state.is_over() && left(j)).map(|(id, _)| *id).collect();
        alone.into_iter().for_each(|id| inner.cancel(id));
    }
}

/// `None` where nobody wants it any more.
fn search_for(desk: &WhatIf, changes: &Changes, search: &Search) -> Result<Option<Better>, DeskError> {
    let (folder, start) = desk.edited(changes)?;
    let Some(improved) = improve(&folder, start, search)? else { return Ok(None) };
    let candidates = folder.candidates.as_deref().unwrap_or_default();
    let id = |s: &SiteIndex| candidates[*s as usize].id.clone();
    let chosen: BTreeSet<String> = improved.chosen.iter().map(id).collect();
    let proposed: BTreeSet<String> =
        desk.outcome().proposals.iter().map(|p| desk.outcome().candidates[p.candidate].id.clone()).collect();
    let mut found = changes.clone();
    let is_station = |id: &String| desk.roster().site(id).is_some_and(|s| desk.roster().as_candidate(s).is_none());
    found.remove.retain(is_station);
    found.remove.extend(proposed.difference(&chosen).filter(|id| !changes.forbid.contains(id)).cloned());
    found.open = chosen.difference(&proposed).filter(|id| !changes.lock.contains(id)).cloned().collect();
    let mut before = BTreeSet::new();
    let phases = folder.plan.phases.iter().zip(&improved.opened).map(|(phase, opened)| {
        let opened: BTreeSet<String> = opened.iter().map(id).collect();
        let new = opened.difference(&before).cloned().collect();
        before = opened;
        (phase.name.clone(), new)
    });
    let (phases, sites) = (phases.collect(), chosen.into_iter().collect());
    let (certificate, remarks) = (improved.certificate, improved.remarks);
    Ok(Some(Better { sites, phases, changes: found.sorted(), certificate, remarks }))
}

fn number(id: &str) -> Option<u64> {
    id.strip_prefix('j')?.parse().ok()
}

impl NoneYet {
    /// In words.
    pub fn say(self, lang: Lang) -> &'static str {
        lang.pick(
            "还没有找到任何方案，请稍后再取，或取消任务",
            "there is no choice yet; take it a little later, or cancel the job",
        )
    }
}

impl Refused {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Self::Full => lang.pick("排队已满，请稍后再试", "the queue is full; try again later").to_owned(),
            Self::TooMany => lang
                .pick("您已有多个任务在排队或运行", "you have as many jobs waiting or at work as one client may have")
                .to_owned(),
            Self::Wrong(error) => error.say(lang),
        }
    }
}
