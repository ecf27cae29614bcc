//! Writes pages of the invented world into a folder, and reads them: our half of `bench/parse.py`.
//!
//! `parse_pages write DIR COUNT FURNITURE` (links and cards of other cars on every page) · `parse_pages read DIR` (CPU seconds of the reading alone, on stdout) ·
//! `parse_pages rows DIR` (what was read, a JSON object a line).
#![allow(dead_code, reason = "the world says more than a bench asks")]

extern crate scrapers_fuzz as scrapers;

#[path = "../../tests/world/mod.rs"]
mod world;

use std::path::Path;

use rustix::time::{ClockId, clock_gettime};
use scrapers::site::{Page, Site};
use scrapers::sites::by_name;
use url::Url;

// As the programs have it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", dir, count, furniture] => {
            write(
                Path::new(dir),
                count.parse().unwrap(),
                furniture.parse().unwrap(),
            );
        }
        ["read", dir] => {
            let pages = load(Path::new(dir));
            // The catalogue and the tables of names are built once a process.
            for source in ["bonbanh", "oto"] {
                let first = pages.iter().find(|page| page.site.source() == source);
                first.map(Loaded::read);
            }
            let before = cpu_seconds();
            let read = pages
                .iter()
                .map(Loaded::read)
                .filter(|row| row.seller_hash.is_some())
                .count();
            println!("{}", cpu_seconds() - before);
            assert!(read > pages.len() / 2, "{read} of {}", pages.len());
        }
        ["rows", dir] => {
            for page in load(Path::new(dir)) {
                println!("{}", serde_json::to_string(&page.read()).unwrap());
            }
        }
        _ => panic!("usage: parse_pages write DIR COUNT FURNITURE | read DIR | rows DIR"),
    }
}

/// `count` good pages of bonbanh and oto in equal parts, as `<site> <index>.html` with the address in the first line.
///
/// `furniture` is how many links to makes and cards of other cars stand around the listing, as real pages have them.
fn write(dir: &Path, count: usize, furniture: usize) {
    fs_err::create_dir_all(dir).unwrap();
    let all = world::world(5, count * 6 / 10);
    for source in ["bonbanh", "oto"] {
        let own = &all[source];
        let utf8 = own
            .expected
            .iter()
            .map(|row| &own.detail[&row.id])
            .filter(|path| {
                let reply = &own.pages[*path];
                reply.content_type.ends_with("UTF-8") && reply.status == 200
            });
        for (index, path) in utf8.take(count / 2).enumerate() {
            let mut file = format!("{path}\n").into_bytes();
            let body = String::from_utf8(own.pages[path].body.clone()).unwrap();
            let around = (0..furniture).map(around).collect::<String>();
            file.extend(
                body.replacen("<body>", &format!("<body>{around}"), 1)
                    .into_bytes(),
            );
            fs_err::write(dir.join(format!("{source} {index:05}.html")), file).unwrap();
        }
    }
}

/// A link of the menu and a card of another car.
fn around(index: usize) -> String {
    format!(
        "<div class=\"menu-item\"><a href=\"/oto/make-{index}\" title=\"Mua bán xe {index}\"><span class=\"name\">Hãng {index}</span></a></div>\n<div class=\"box-other\"><div class=\"photo\"><a href=\"/xe-khac-{index}\"><img class=\"lozad\" data-src=\"https://img1.oto.com.vn/crop/230x172/2026/05/01/{index}.jpg\" alt=\"Xe khác\" width=\"230\" height=\"172\"></a></div><p class=\"line\">Xe khác đời 2019, số tự động, màu trắng</p><p class=\"cost\">435 triệu</p><span class=\"where\">Hà Nội</span></div>\n"
    )
}

struct Loaded {
    site: &'static dyn Site,
    url: Url,
    body: Vec<u8>,
}

impl Loaded {
    fn read(&self) -> datasets::Listing {
        let page = Page {
            url: &self.url,
            body: &self.body,
            content_type: Some("text/html; charset=UTF-8"),
            fetched_at: world::fetched_at(),
        };
        self.site.read_detail(&page, &world::key()).unwrap().listing
    }
}

fn load(dir: &Path) -> Vec<Loaded> {
    let entries = fs_err::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries.collect();
    paths.sort();
    let page = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let site = by_name(name.split(' ').next().unwrap()).unwrap();
        let file = fs_err::read(path).unwrap();
        let end = file.iter().position(|b| *b == b'\n').unwrap();
        let address = std::str::from_utf8(&file[..end]).unwrap();
        Loaded {
            site,
            url: site.default_base().site.join(address).unwrap(),
            body: file[end + 1..].to_vec(),
        }
    };
    paths.iter().map(page).collect()
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
