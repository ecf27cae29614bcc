//! The programs `scrape-<site>`: flags in, exit code out.

use std::process::ExitCode;

use datasets::terminal::{self, print_error};

use crate::cli::{Cli, Command, CrawlArgs, DoctorArgs};
use crate::config::Config;
use crate::site::Site;
use crate::stats::{self, Ended, Report, Standard};
use crate::store::Store;
use crate::{Error, Exit, Output, Result, Stop, crawl, doctor, parts, reparse};

/// Runs the program of the site `source` with this process's arguments and environment.
pub fn main(source: &'static str) -> ExitCode {
    terminal::catch_reports();
    let Some(site) = crate::sites::by_name(source) else {
        print_error(&Error::Usage(format!("there is no site `{source}`")));
        return Exit::Usage.into();
    };
    let cli = Cli::read(program(source), std::env::args()).unwrap_or_else(|error| error.exit());
    terminal::end(program(source), || run(&cli, site))
}

/// The program's name. Names live as long as the process; there is one.
fn program(source: &str) -> &'static str {
    Box::leak(format!("scrape-{source}").into_boxed_str())
}

fn run(cli: &Cli, site: &dyn Site) -> Result<()> {
    let output = cli.output.output();
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let config = Config::resolve(&cli.settings, &environment, site)?;
    match &cli.command {
        Command::Crawl(args) => crawl(site, &config, *args, output),
        Command::Reparse => reparse(site, &config, output),
        Command::Doctor(args) => doctor(site, &config, *args, output),
        Command::Compact => compact(site, &config, output),
        Command::Stats => stats(site, &config, output),
    }
}

fn crawl(site: &dyn Site, config: &Config, args: CrawlArgs, output: Output) -> Result<()> {
    let stop = Stop::new();
    stop.on_signals(move |message| output.note(message))?;
    if args.dry_run {
        let rehearsal = crawl::rehearse(site, config, output, &stop)?;
        return if output.is_json() {
            Ok(output.json(&rehearsal)?)
        } else {
            Ok(output.data(&rehearsal.lines())?)
        };
    }
    let crawled = crawl::crawl(site, config, args.fresh, output, &stop)?;
    print_report(&crawled.report, output)?;
    crawled.verdict()
}

fn print_report(report: &Report, output: Output) -> Result<()> {
    if output.is_json() {
        Ok(output.json(report)?)
    } else {
        Ok(output.data(&report.table())?)
    }
}

fn reparse(site: &dyn Site, config: &Config, output: Output) -> Result<()> {
    let reparsed = reparse::reparse(site, config)?;
    if output.is_json() {
        output.json(&reparsed)?;
    } else {
        output.data(&reparsed.table())?;
    }
    if reparsed.findings.is_empty() {
        return Ok(());
    }
    Err(Error::Quality(reparsed.findings))
}

fn doctor(site: &dyn Site, config: &Config, args: DoctorArgs, output: Output) -> Result<()> {
    let mut checked = doctor::fixtures(site);
    if args.live {
        checked.extend(doctor::live(site, config, &Stop::new())?);
    }
    if output.is_json() {
        output.json(&checked)?;
    } else {
        output.data(&doctor::lines(&checked))?;
    }
    let findings = doctor::findings(&checked);
    if findings.is_empty() {
        return Ok(());
    }
    Err(Error::Quality(findings))
}

fn compact(site: &dyn Site, config: &Config, output: Output) -> Result<()> {
    let mut store = Store::existing(&config.out, site.source())?;
    let compacted = parts::compact(&mut store, &config.out, site.source())?;
    if output.is_json() {
        return Ok(output.json(&compacted)?);
    }
    let file = match &compacted.file {
        Some(file) => file.display().to_string(),
        None => "nothing".to_owned(),
    };
    Ok(output.data(&format!(
        "{file}: {} rows, in place of {} parts; {} prices, {} rejects\n",
        compacted.rows, compacted.parts, compacted.prices, compacted.rejects
    ))?)
}

fn stats(site: &dyn Site, config: &Config, output: Output) -> Result<()> {
    let store = Store::watch(&config.out, site.source())?;
    let Some(run) = store.last_run()? else {
        return Err(Error::NoCrawl {
            path: config.out.clone(),
        });
    };
    let standard = Standard {
        floors: site.floors(),
        judged_listings: config.judged_listings,
        whole: run.complete,
        lists: true,
    };
    let report = Report {
        source: site.source().to_owned(),
        run: run.id,
        started_at: run.started_at,
        ended_at: run.ended_at.unwrap_or_else(chrono::Utc::now),
        ended: if run.ended_at.is_some() {
            Ended::Done
        } else {
            Ended::Open
        },
        resumed: false,
        left: store.frontier_len()?,
        rows: store.rows()?,
        fill: stats::fill(&run.counters, site.floors()),
        findings: stats::judge(&run.counters, &standard),
        counters: run.counters,
    };
    print_report(&report, output)
}
