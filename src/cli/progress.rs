//! What is happening now? A line on stderr, only when a person watches. A file of its own because `indicatif` is used
//! nowhere else.

use crate::job::Stage;
use crate::model::Lang;
use crate::siting::Watch;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

/// How often the line moves.
const TICK: Duration = Duration::from_millis(120);

/// A spinner with the stage's name, or nothing at all.
pub struct Progress {
    bar: ProgressBar,
    lang: Lang,
}

impl Progress {
    /// Shown only when stderr is a terminal and nobody asked for quiet.
    pub fn new(quiet: bool, lang: Lang) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        let bar = if shown { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        if shown {
            bar.enable_steady_tick(TICK);
        }
        bar.set_message(lang.pick("读取", "reading"));
        Self { bar, lang }
    }

    /// Names the stage.
    pub fn stage(&self, stage: Stage) {
        self.bar.set_message(match stage {
            Stage::Cover => self.lang.pick("计算覆盖", "covering"),
            Stage::Site => self.lang.pick("选址", "siting"),
            Stage::Refuse => self.lang.pick("逐点复算", "re-solving without each site"),
            Stage::Negotiate => self.lang.pick("比较其他方案", "comparing other plans"),
            Stage::Measure => self.lang.pick("统计", "measuring"),
        });
    }

    /// Shows incumbent, bound and gap of a search as they come, in units of `1 / scale`.
    pub fn follow(&self, watch: &Arc<Watch>, scale: f64) {
        if self.bar.is_hidden() {
            return;
        }
        let (bar, watch, lang) = (self.bar.clone(), Arc::clone(watch), self.lang);
        std::thread::spawn(move || {
            while !bar.is_finished() {
                if let Some((objective, bound)) = watch.told() {
                    let gap = bound.abs_diff(objective) as f64 / bound.max(objective) as f64 * 100.0;
                    let (objective, bound) = (objective as f64 / scale, bound as f64 / scale);
                    bar.set_message(lang.pick(
                        format!("当前 {objective}，界 {bound}，差距 {gap:.3}%"),
                        format!("best {objective}, bound {bound}, gap {gap:.3}%"),
                    ));
                }
                std::thread::sleep(TICK);
            }
        });
    }

    /// Names what is written.
    pub fn writing(&self) {
        self.bar.set_message(self.lang.pick("写出", "writing"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
