//! A small corpus in a folder of its own.

use std::path::Path;

use tests::run;

/// A question that it answers.
pub(super) const QUESTION: &str = "Phí đặt cọc an toàn là bao nhiêu?";

/// Its entries, in which the fee is `fee`.
fn entries(fee: &str) -> String {
    format!(
        "\
Category,Question,Answer
Thanh toán,Phí đặt cọc an toàn là bao nhiêu?,\"Phí là {fee} giá xe, do người mua trả.\"
Giấy tờ,Sang tên xe cần những gì?,Cần giấy đăng ký xe và hợp đồng mua bán.
Kiểm định,Ai kiểm tra xe giúp tôi?,Kỹ thuật viên của sàn kiểm tra 150 điểm.
"
    )
}

/// A folder with the corpus.
pub(super) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    import(folder.path(), "0,5%");
    folder
}

/// Puts the corpus with another fee into a folder.
pub(super) fn import(folder: &Path, fee: &str) {
    let csv = folder.join("faq.csv");
    fs_err::write(&csv, entries(fee)).expect("written");
    let words = ["import", "--replace", "--folder"].map(Path::new);
    let args = words.into_iter().chain([folder, &csv]);
    let _ = run("assistant", args).expect_success("assistant import");
}
