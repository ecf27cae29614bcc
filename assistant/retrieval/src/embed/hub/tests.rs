//! A hub on this machine, which misbehaves as told.

mod server;

use std::io::Write as _;
use std::path::PathBuf;

use super::*;
use crate::embed::import::tests::Checkpoint;
use crate::embed::{Description, Pooling};
use server::{Fault, Server};

/// A model without pins in this build.
const NAME: &str = "multilingual-e5-small";

fn quiet(_: Progress<'_>) {}

/// A hub that serves the checkpoint of the importer's tests, and an empty cache.
struct Place {
    server: Server,
    cache: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let checkpoint = Checkpoint::new();
        let files = NEEDED.map(|file| {
            let bytes = fs_err::read(checkpoint.path(file)).expect("a file");
            (file.to_owned(), bytes)
        });
        Self {
            server: Server::start(files.into()),
            cache: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn hub(&self) -> Hub {
        Hub::new(&self.server.endpoint(), self.cache.path()).expect("an endpoint on this machine")
    }

    /// Where the cache keeps things of [`NAME`].
    fn kept(&self) -> PathBuf {
        let known = models::find(NAME).expect("a known name");
        self.cache.path().join(NAME).join(known.revision)
    }

    fn refusal(&self) -> String {
        match self.hub().fetch(NAME, &mut quiet) {
            Ok(folder) => panic!("{}", folder.display()),
            Err(error) => error.to_string(),
        }
    }
}

#[test]
fn a_name_becomes_a_model_folder_once() {
    let place = Place::new();
    let mut last = (String::new(), 0, 0);
    let mut note = |progress: Progress<'_>| {
        assert!(progress.done_bytes <= progress.total_bytes);
        last = (
            progress.file.to_owned(),
            progress.done_bytes,
            progress.total_bytes,
        );
    };
    let folder = place.hub().fetch(NAME, &mut note).expect("a model");
    assert_eq!(last.1, last.2);
    let text = fs_err::read_to_string(folder.join(FILE)).expect("a description");
    let description = Description::parse(&text, &folder).expect("a description");
    assert_eq!(description.name, NAME);
    assert_eq!(description.pooling, Pooling::Mean);
    assert_eq!(description.query_prefix, "query: ");
    assert_eq!(description.passage_prefix, "passage: ");
    assert!(!place.kept().join("checkpoint").exists());

    let asked = place.server.asked();
    let again = place
        .hub()
        .fetch("intfloat/multilingual-e5-small", &mut quiet);
    assert_eq!(again.expect("the same"), folder);
    assert_eq!(place.server.asked(), asked, "what is kept is not asked for");
}

#[test]
fn a_download_that_is_cut_goes_on() {
    let place = Place::new();
    // Each connection ends after 700 bytes: many cuts, but always further.
    place.server.set(Fault::CutAfter(700));
    place.hub().fetch(NAME, &mut quiet).expect("a model");
    assert!(place.server.ranges() > 5, "{}", place.server.ranges());
}

#[test]
fn a_hub_that_ignores_ranges_is_read_from_the_start() {
    let place = Place::new();
    let part = place.kept().join("checkpoint/config.json.part");
    fs_err::create_dir_all(part.parent().expect("a folder")).expect("folders");
    fs_err::write(&part, "{ of another file").expect("a file");
    place.server.set(Fault::NoRanges);
    place.hub().fetch(NAME, &mut quiet).expect("a model");
}

#[test]
fn what_is_not_as_listed_is_refused_and_not_kept() {
    for (fault, message) in [
        (Fault::Altered("model.safetensors"), "SHA-256 is"),
        (Fault::Altered("config.json"), "git's SHA-1 is"),
        (Fault::Longer, "more than the"),
        (Fault::CutAfter(0), "after 0 of"),
        (Fault::Status(404), "answered 404"),
        (Fault::Status(503), "answered 503"),
        (
            Fault::Unlisted("tokenizer.json"),
            "the repository has no `tokenizer.json`",
        ),
        (Fault::Html, "not a listing of files"),
    ] {
        let place = Place::new();
        place.server.set(fault);
        let error = place.refusal();
        assert!(error.contains(message), "{fault:?}: {error}");
        assert!(
            error.starts_with(&place.server.endpoint()),
            "{fault:?}: {error}"
        );
        assert!(!place.kept().join("model").exists());
        place.server.set(Fault::None);
        place.hub().fetch(NAME, &mut quiet).expect("it recovers");
    }
}

#[test]
fn the_first_download_pins_the_later_ones() {
    let place = Place::new();
    let folder = place.hub().fetch(NAME, &mut quiet).expect("a model");
    fs_err::remove_dir_all(folder).expect("it was there");
    // The same repository lists other weights than before, under the same revision.
    place.server.set(Fault::Replaced("model.safetensors"));
    let error = place.refusal();
    assert!(error.contains("model.safetensors: SHA-256 is"), "{error}");
    fs_err::remove_file(place.kept().join("lock.toml")).expect("it was there");
    let error = place.refusal();
    assert!(!error.contains("SHA-256"), "only the lock knew: {error}");
}

#[test]
fn what_this_build_pins_no_hub_can_change() {
    let place = Place::new();
    let error = place.hub().fetch("all-MiniLM-L6-v2", &mut quiet);
    let error = error
        .expect_err("other files than the real ones")
        .to_string();
    assert!(
        error.contains("expected be50c362") || error.contains("expected 53aa5117"),
        "{error}"
    );
}

/// The real files, served by our hub: `GIAXE_MINILM` names their folder.
#[test]
fn the_real_minilm_is_what_this_build_pins() {
    let Some(folder) = std::env::var_os("GIAXE_MINILM").map(PathBuf::from) else {
        let line = "skipped: the_real_minilm_is_what_this_build_pins needs GIAXE_MINILM\n";
        std::io::stderr()
            .write_all(line.as_bytes())
            .expect("stderr");
        return;
    };
    let files = NEEDED.into_iter().chain(WELCOME).map(|file| {
        let bytes = fs_err::read(folder.join(file)).expect("a file");
        (file.to_owned(), bytes)
    });
    let server = Server::start(files.collect());
    let cache = tempfile::tempdir().expect("a temporary folder");
    let hub = Hub::new(&server.endpoint(), cache.path()).expect("an endpoint on this machine");
    let folder = hub.fetch("all-MiniLM-L6-v2", &mut quiet).expect("a model");
    let text = fs_err::read_to_string(folder.join(FILE)).expect("a description");
    let description = Description::parse(&text, &folder).expect("a description");
    assert_eq!((description.dimensions, description.max_tokens), (384, 256));
}

#[test]
fn names_and_endpoints_are_checked_before_anything_is_asked() {
    let place = Place::new();
    let error = place.hub().fetch("all-mpnet-base-v2", &mut quiet);
    let error = error.expect_err("an unknown name").to_string();
    assert!(
        error.contains("`all-mpnet-base-v2`") && error.contains("bge-small-en-v1.5"),
        "{error}"
    );
    assert_eq!(model_names().count(), 4);
    assert_eq!(place.server.asked(), 0);
    for (endpoint, fine) in [
        (ENDPOINT, true),
        ("http://127.0.0.1:8080/", true),
        ("http://[::1]:8080", true),
        ("http://hub.example", false),
        ("ftp://hub.example", false),
        ("huggingface.co", false),
        ("", false),
    ] {
        assert_eq!(
            Hub::new(endpoint, place.cache.path()).is_ok(),
            fine,
            "{endpoint}"
        );
    }
}

#[test]
fn processes_that_want_the_same_model_wait_for_each_other() {
    let place = Place::new();
    let folders: Vec<PathBuf> = std::thread::scope(|scope| {
        let fetches: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| place.hub().fetch(NAME, &mut quiet).expect("a model")))
            .collect();
        fetches
            .into_iter()
            .map(|fetch| fetch.join().expect("no panic"))
            .collect()
    });
    assert!(folders.windows(2).all(|pair| pair[0] == pair[1]));
    // One listing and three files, each of which is sent on once.
    assert_eq!(place.server.asked(), 7);
}
