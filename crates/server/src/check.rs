//! `ferula check …`: says what is wrong with a file. Exit code 0 when nothing is, 1 otherwise.

use std::io::{Read, Write};
use std::process::ExitCode;

use config::{Context, Severity};
use ferula_exposition::Format;

use crate::cli::{CheckConfig, CheckMetrics, PageFormat};

/// The largest page that is checked.
const PAGE_BYTES_MAX: u64 = 1 << 30;

/// `ferula check config FILE...`
pub(crate) fn config(arguments: &CheckConfig) -> ExitCode {
    let environment = |name: &str| std::env::var(name).ok();
    let context = Context {
        environment: &environment,
        agent: arguments.agent,
        check_files: !arguments.syntax_only,
    };
    let mut out = std::io::stdout().lock();
    let mut failed = false;
    for file in &arguments.files {
        let said = match config::load(&config::DiskFiles, file, &context) {
            Ok(loaded) => {
                for warning in &loaded.warnings {
                    let _ = writeln!(out, "{warning}");
                }
                let (jobs, warnings) = (loaded.config.jobs.len(), loaded.warnings.len());
                writeln!(
                    out,
                    "{}: valid: {jobs} scrape jobs, {warnings} warnings",
                    file.display()
                )
            }
            Err(problems) => {
                failed = true;
                let errors = problems
                    .0
                    .iter()
                    .filter(|p| p.severity == Severity::Error)
                    .count();
                writeln!(
                    out,
                    "{problems}\n{}: FAILED: {errors} errors",
                    file.display()
                )
            }
        };
        // Whoever closes the pipe does not want to know more.
        if said.is_err() {
            break;
        }
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// `ferula check metrics < PAGE`
pub(crate) fn metrics(arguments: &CheckMetrics) -> ExitCode {
    let mut page = Vec::new();
    let mut out = std::io::stdout().lock();
    if let Err(error) = std::io::stdin()
        .lock()
        .take(PAGE_BYTES_MAX)
        .read_to_end(&mut page)
    {
        let _ = writeln!(out, "can't read the page: {error}");
        return ExitCode::FAILURE;
    }
    let format = match arguments.format {
        PageFormat::Text => Format::Text,
        PageFormat::Openmetrics => Format::OpenMetrics,
    };
    match ferula_exposition::check(&page, format) {
        Ok(report) => {
            let _ = writeln!(
                out,
                "valid: {} families, {} samples",
                report.families, report.samples
            );
            for lint in &report.lints {
                let _ = writeln!(out, "habit: {} {}", lint.metric, lint.text);
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(out, "{}:{}: {}", error.line, error.column, error.broken);
            if let Some(hint) = error.hint() {
                let _ = writeln!(out, "  hint: {hint}");
            }
            ExitCode::FAILURE
        }
    }
}
