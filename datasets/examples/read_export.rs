//! Reads an export of listings, cleans it and prints what became of each row.
//!
//! ```sh
//! cargo run -p datasets --example read_export                  # two invented rows
//! cargo run -p datasets --example read_export -- export.csv    # a file of your own
//! ```

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

use datasets::clean::{Rules, clean_rows};
use datasets::{Catalogue, Mapping, store};

/// A small export in the columns that `giaxe` itself uses. The second price is impossible.
const INVENTED: &str = "\
make,model,year,mileage_km,transmission,price,listed_on
Toyota,vios 1.5G,2019,45000,số tự động,462000000,2025-11-01
Honda,City,2021,30000,AT,1000,2025-11-02
";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = match std::env::args().nth(1) {
        Some(path) => PathBuf::from(path),
        None => invented(folder.path())?,
    };

    // 1. Cells as text: nothing is guessed yet.
    let table = store::read_table(&path)?;
    // 2. The header tells which mapping fits; the mapping says which column is which field, in which unit.
    let name = Mapping::detect(table.columns()).unwrap_or("giaxe");
    let mut mapped = Mapping::load(name)?.apply(&table)?;
    // 3. The catalogue puts makes and models into one spelling.
    for listing in &mut mapped.listings {
        Catalogue::embedded().resolve(listing);
    }
    // 4. Rules drop or mend what cannot be, and count it.
    let issues = mapped.issue_counts();
    let cleaned = clean_rows(mapped.listings, &Rules::default());

    let mut out = std::io::stdout().lock();
    writeln!(out, "{} rows by the mapping `{name}`", table.rows())?;
    for ((field, reason), count) in issues {
        writeln!(out, "unreadable {field}: {reason} ({count})")?;
    }
    for count in cleaned.report.counts() {
        writeln!(out, "{count:?}")?;
    }
    for car in cleaned.rows.iter().take(5) {
        writeln!(
            out,
            "{} {} {:?} {:?} km, {:?} đồng",
            car.make.as_deref().unwrap_or("?"),
            car.model.as_deref().unwrap_or("?"),
            car.year,
            car.mileage_km,
            car.price_vnd(),
        )?;
    }
    Ok(())
}

fn invented(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let path = folder.join("export.csv");
    fs_err::write(&path, INVENTED)?;
    Ok(path)
}
