//! Who reaches a site over the road network? A thread that holds the network with every place snapped to it, and is asked by
//! message. A file of its own because what it holds borrows from itself: it stays where it was made.

use super::error::DeskError;
use crate::coverage::{Demand, Relation};
use crate::job::JobError;
use crate::model::{Plan, Position};
use crate::travel::Standard;
use crate::travel::roads::{RoadTravel, Roads};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

type Points = Vec<Vec<u32>>;
type Ask = (Vec<Position>, Sender<Points>);

/// Asks the thread; it ends with the last of these.
#[derive(Debug)]
pub(super) struct RoadClerk {
    asks: Mutex<Sender<Ask>>,
    /// Per demand point whether no road is near it.
    pub(super) no_road: Vec<bool>,
}

impl RoadClerk {
    /// Snaps every place.
    ///
    /// # Errors
    /// When no road is open to a mode that some place needs.
    pub(super) fn new(
        roads: Arc<Roads>,
        plan: &Plan,
        standards: Vec<Standard>,
        demand: Arc<Demand>,
    ) -> Result<Self, DeskError> {
        let (asks, asked) = channel::<Ask>();
        let (ready, made) = channel();
        let settings = plan.travel.clone();
        std::thread::spawn(move || {
            let origins = demand.points.iter().map(|p| p.origin).collect();
            let travel = match RoadTravel::new(&roads, &settings, &standards, origins) {
                Ok(travel) => travel,
                Err(e) => {
                    let _ = ready.send(Err(JobError::from(e)));
                    return;
                }
            };
            let _ = ready.send(Ok(travel.snapped().iter().map(Option::is_none).collect()));
            for (sites, reply) in asked {
                let relation = Relation::new(&demand, &travel.to(&sites));
                let mut points: Points = vec![Vec::new(); sites.len()];
                for point in 0..relation.len() {
                    relation.sites(point).iter().for_each(|&s| points[s as usize].push(point as u32));
                }
                // Whoever asked may have gone.
                let _ = reply.send(points);
            }
        });
        let no_road = made.recv().map_err(|_| gone())??;
        Ok(Self { asks: Mutex::new(asks), no_road })
    }

    /// Per site the demand points that reach it, ascending.
    ///
    /// # Errors
    /// When the thread has died.
    pub(super) fn points(&self, sites: &[Position]) -> Result<Points, DeskError> {
        let (reply, answer) = channel();
        let asks = self.asks.lock().unwrap_or_else(PoisonError::into_inner);
        asks.send((sites.to_vec(), reply)).map_err(|_| gone())?;
        drop(asks);
        answer.recv().map_err(|_| gone())
    }
}

fn gone() -> DeskError {
    let (zh, en) = ("路网计算已中断，请重新启动", "the computation over roads has ended; start the server again");
    DeskError::Job(JobError::Roads { zh: zh.to_owned(), en: en.to_owned() })
}
