//! Gates and checks as JUnit XML, which every CI shows.

use std::fmt::Write as _;

use super::html::escape;

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it belongs to.
    pub class: String,
    /// Its name.
    pub name: String,
    /// Value and bound in words.
    pub detail: String,
    /// Whether it passed.
    pub passed: bool,
}

/// The checks as one test suite.
pub fn junit(suite: &str, cases: &[Case]) -> String {
    let failures = cases.iter().filter(|case| !case.passed).count();
    let (suite, tests) = (escape(suite), cases.len());
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites tests=\"{tests}\" failures=\"{failures}\">\n\
         <testsuite name=\"{suite}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">\n"
    );
    for case in cases {
        let (class, name) = (escape(&case.class), escape(&case.name));
        let detail = escape(&case.detail);
        let _infallible = write!(xml, "<testcase classname=\"{class}\" name=\"{name}\">");
        let _infallible = if case.passed {
            write!(xml, "<system-out>{detail}</system-out>")
        } else {
            write!(xml, "<failure message=\"{detail}\"/>")
        };
        xml.push_str("</testcase>\n");
    }
    xml.push_str("</testsuite>\n</testsuites>\n");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_and_told() {
        let case = |name: &str, passed| Case {
            class: "price".to_owned(),
            name: name.to_owned(),
            detail: "0.07 > 0.06".to_owned(),
            passed,
        };
        let xml = junit("gates", &[case("a \"b\"", true), case("make=<x>", false)]);
        assert!(xml.contains("<testsuite name=\"gates\" tests=\"2\" failures=\"1\""));
        assert!(xml.contains("name=\"make=&lt;x&gt;\"><failure message=\"0.07 &gt; 0.06\"/>"));
        assert!(xml.contains("name=\"a &quot;b&quot;\"><system-out>"));
    }
}
