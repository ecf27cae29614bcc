//! `since`: how far back to page.

use chrono::NaiveDate;
use datasets::settings::Error;

/// How far back to page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// To listings of this day (UTC+7).
    Day(NaiveDate),
    /// To listings of the day of the last complete crawl; all of them where there was none.
    Last,
}

pub(super) fn parse(text: &str) -> Result<Option<Since>, Error> {
    match text {
        "" => Ok(None),
        "last" => Ok(Some(Since::Last)),
        day => match day.parse() {
            Ok(day) => Ok(Some(Since::Day(day))),
            Err(_) => Err(Error::invalid(
                "since",
                day,
                "a day such as 2026-11-01, or `last`",
            )),
        },
    }
}
