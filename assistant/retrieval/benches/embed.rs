//! What a vector costs, on rten or, where a library is named, on ONNX Runtime:
//!
//! ```sh
//! cargo bench -p assistant --bench embed
//! ORT_DYLIB_PATH=/path/to/libonnxruntime.so cargo bench -p assistant --bench embed
//! ```
//!
//! Measured are the embedded model and those in the folders that `GIAXE_BENCH_EMBEDDERS` lists as `PATH` lists its.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use retrieval::embed::{Backend, Config, Embedder, Error, Model};

const QUESTIONS: [&str; 8] = [
    "How often should I change the engine oil?",
    "Xe cũ có được trả góp không?",
    "How long is the vehicle warranty?",
    "Thủ tục sang tên xe ở tỉnh khác cần những giấy tờ gì?",
    "Can I pay for the car monthly?",
    "dat coc roi khong mua nua co lay lai duoc tien khong",
    "How many airbags does the car have?",
    "Kiểm định xe hết bao nhiêu tiền?",
];

fn load(model: Model) -> Option<Embedder> {
    let config = Config {
        model,
        onnx_runtime: std::env::var_os("ORT_DYLIB_PATH").map(PathBuf::from),
        concurrency: Some(NonZeroUsize::MIN),
    };
    match Embedder::load(&config) {
        Ok(embedder) => Some(embedder),
        Err(Error::NoEmbeddedModel) => None,
        Err(error) => panic!("{error}"),
    }
}

fn embed(criterion: &mut Criterion) {
    let folders = std::env::var_os("GIAXE_BENCH_EMBEDDERS").unwrap_or_default();
    let folders = std::env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
    let models = std::iter::once(Model::Embedded).chain(folders.map(Model::Folder));
    for embedder in models.filter_map(load) {
        let backend = match embedder.backend() {
            Backend::Rten => "rten",
            Backend::Native(_) => "native",
        };
        let mut group = criterion.benchmark_group(format!("{}/{backend}", embedder.name()));
        let mut questions = QUESTIONS.iter().cycle();
        group.bench_function("query", |bencher| {
            bencher.iter(|| {
                let question = questions.next().expect("they go round");
                embedder.embed_query(black_box(question)).expect("a vector")
            });
        });
        let passages: Vec<&str> = QUESTIONS.iter().copied().cycle().take(32).collect();
        group.throughput(Throughput::Elements(32));
        group.sample_size(10);
        group.bench_function("32 passages", |bencher| {
            bencher.iter(|| {
                embedder
                    .embed_passages(black_box(&passages))
                    .expect("vectors")
            });
        });
        group.finish();
    }
}

criterion_group!(benches, embed);
criterion_main!(benches);
