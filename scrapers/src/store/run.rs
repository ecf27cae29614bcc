//! Crawls: begun, gone on with, ended.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use url::Url;

use super::{Kind, NewTarget, Store, frontier};
use crate::stats::Counters;
use crate::{Error, Result, clock};

/// The crawl that goes on.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) id: i64,
    pub(crate) started_at: DateTime<Utc>,
    /// Whether an earlier process began it.
    pub(crate) resumed: bool,
    /// What it has done so far; saved with every page.
    pub(crate) counters: Counters,
}

/// A crawl as the database knows it.
#[derive(Debug, Clone)]
pub(crate) struct RunRow {
    pub(crate) id: i64,
    pub(crate) scope: String,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// Whether it walked all list pages of the whole site.
    pub(crate) complete: bool,
    pub(crate) counters: Counters,
}

impl Store {
    /// Goes on with the crawl that was left, or begins one at `starts`. `scope` says in words what part of the site
    /// is meant; a crawl of another part must end first.
    ///
    /// # Errors
    /// [`Error::Usage`] for a crawl of another scope.
    pub(crate) fn begin(&mut self, scope: &str, starts: &[Url], fresh: bool) -> Result<Run> {
        let left = self.last_run()?.filter(|run| run.ended_at.is_none());
        match left {
            Some(run) if !fresh && run.scope == scope => Ok(Run {
                id: run.id,
                started_at: run.started_at,
                resumed: true,
                counters: run.counters,
            }),
            Some(run) if !fresh => Err(Error::Usage(format!(
                "a crawl of {} was left unfinished, and this one is of {scope}: finish it with the same flags, or drop it with `--fresh`",
                run.scope
            ))),
            _ => self.start(scope, starts),
        }
    }

    fn start(&mut self, scope: &str, starts: &[Url]) -> Result<Run> {
        let started_at = clock::from_ms(Utc::now().timestamp_millis());
        let counters = Counters::default();
        let id = self.transaction(|tx| {
            let now = started_at.timestamp_millis();
            tx.execute("UPDATE run SET ended_at = ?1 WHERE ended_at IS NULL", [now])?;
            tx.execute("DELETE FROM frontier", [])?;
            tx.execute("DELETE FROM list_page", [])?;
            tx.execute(
                "INSERT INTO run (scope, started_at, counters) VALUES (?1, ?2, ?3)",
                params![scope, now, json(&counters)],
            )?;
            let id = tx.last_insert_rowid();
            for url in starts {
                let new = NewTarget {
                    kind: Kind::List,
                    listing_id: None,
                    digest: None,
                    urls: std::slice::from_ref(url),
                    preceding: None,
                };
                frontier::push(tx, &new)?;
            }
            Ok(id)
        })?;
        Ok(Run {
            id,
            started_at,
            resumed: false,
            counters,
        })
    }

    /// Saves what the run has counted.
    pub(crate) fn save(&mut self, run: &Run) -> Result<()> {
        self.step(|db| save(db, run))
    }

    /// Draws the conclusions of a run that is over. One that was `complete` saw every listing of the site: those it did
    /// not see are gone. Drawing them twice changes nothing.
    pub(crate) fn conclude(
        &mut self,
        run: &mut Run,
        complete: bool,
        today: NaiveDate,
    ) -> Result<()> {
        self.transaction(|tx| {
            if complete {
                let gone = tx.execute(
                    "UPDATE listing SET gone_on = ?2 WHERE seen_in < ?1 AND gone_on IS NULL",
                    params![run.id, days(today)],
                )?;
                run.counters.gone += gone as u64;
                // Of a list's own rejects only this run's still hold, and a listing that is gone needs no reader.
                tx.execute(
                    "DELETE FROM reject WHERE run < ?1 AND (key NOT GLOB 'listing *' OR listing_id IN
                     (SELECT id FROM listing WHERE gone_on IS NOT NULL))",
                    [run.id],
                )?;
            }
            save(tx, run)
        })
    }

    /// Ends the run: the next start begins another one. Comes last, when all files are written, so that a crawl that
    /// dies before goes on and writes them.
    pub(crate) fn end(&mut self, run: &Run, complete: bool) -> Result<()> {
        self.transaction(|tx| {
            tx.execute("DELETE FROM frontier", [])?;
            tx.execute("DELETE FROM list_page", [])?;
            tx.execute(
                "UPDATE run SET ended_at = ?2, complete = ?3 WHERE id = ?1",
                params![run.id, Utc::now().timestamp_millis(), complete],
            )?;
            save(tx, run)
        })
    }

    /// The last crawl, ended or not.
    pub(crate) fn last_run(&self) -> Result<Option<RunRow>> {
        self.run_where("1")
    }

    /// The last crawl that saw the whole site.
    pub(crate) fn last_complete_run(&self) -> Result<Option<RunRow>> {
        self.run_where("complete AND ended_at IS NOT NULL")
    }

    fn run_where(&self, condition: &'static str) -> Result<Option<RunRow>> {
        let found = self.step(|db| {
            db.query_row(
                &format!(
                    "SELECT id, scope, started_at, ended_at, complete, counters FROM run
                     WHERE {condition} ORDER BY id DESC LIMIT 1"
                ),
                [],
                |row| Ok((row.get::<_, i64>(0)?, run(row)?)),
            )
            .optional()
        })?;
        match found {
            None => Ok(None),
            Some((_, Ok(run))) => Ok(Some(run)),
            Some((id, Err(error))) => Err(self.damaged("run", id, error)),
        }
    }
}

fn run(row: &Row<'_>) -> rusqlite::Result<std::result::Result<RunRow, serde_json::Error>> {
    let counters = serde_json::from_str(&row.get::<_, String>(5)?);
    let (id, scope, complete) = (row.get(0)?, row.get(1)?, row.get(4)?);
    let started_at = clock::from_ms(row.get(2)?);
    let ended_at = row.get::<_, Option<i64>>(3)?.map(clock::from_ms);
    Ok(counters.map(|counters| RunRow {
        id,
        scope,
        started_at,
        ended_at,
        complete,
        counters,
    }))
}

pub(super) fn save(db: &Connection, run: &Run) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE run SET counters = ?2 WHERE id = ?1")?
        .execute(params![run.id, json(&run.counters)])?;
    Ok(())
}

fn json(counters: &Counters) -> String {
    serde_json::to_string(counters).expect("counts by name always have a JSON form")
}

/// Days since 1970, as days are kept.
pub(super) fn days(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}

/// The day so many days after 1970.
pub(super) fn from_days(days: i64) -> Option<NaiveDate> {
    chrono::TimeDelta::try_days(days)
        .and_then(|since| NaiveDate::default().checked_add_signed(since))
}
