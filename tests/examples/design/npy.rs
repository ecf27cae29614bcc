//! Arrays in numpy's `.npy` format, version 1.0, little-endian, C order.

use std::path::Path;

use anyhow::{Context, Result, ensure};

/// A number that an array holds.
pub(crate) trait Element: Copy {
    /// numpy's name of the type.
    const DESCR: &'static str;
    /// Appends its bytes.
    fn write(self, bytes: &mut Vec<u8>);
    /// Reads it from as many bytes as it has.
    fn read(bytes: &[u8]) -> Self;
}

macro_rules! element {
    ($type:ty, $descr:literal) => {
        impl Element for $type {
            const DESCR: &'static str = $descr;

            fn write(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }

            fn read(bytes: &[u8]) -> Self {
                let mut own = [0; size_of::<$type>()];
                own.copy_from_slice(bytes);
                Self::from_le_bytes(own)
            }
        }
    };
}

element!(f32, "<f4");
element!(f64, "<f8");
element!(i32, "<i4");
element!(i64, "<i8");

const MAGIC: &[u8] = b"\x93NUMPY\x01\x00";

/// Writes an array of `n_columns` columns, or of one dimension.
pub(crate) fn write<T: Element>(path: &Path, values: &[T], n_columns: Option<usize>) -> Result<()> {
    let shape = match n_columns {
        Some(n) => format!("({}, {n})", values.len() / n),
        None => format!("({},)", values.len()),
    };
    let header = format!(
        "{{'descr': '{}', 'fortran_order': False, 'shape': {shape}, }}",
        T::DESCR
    );
    let padded = (MAGIC.len() + 2 + header.len() + 1).next_multiple_of(64) - MAGIC.len() - 2;
    let mut bytes = MAGIC.to_vec();
    bytes.extend(u16::try_from(padded)?.to_le_bytes());
    bytes.extend(format!("{header:<width$}\n", width = padded - 1).bytes());
    for value in values {
        value.write(&mut bytes);
    }
    Ok(fs_err::write(path, bytes)?)
}

/// Reads the values of an array that [`write`] wrote.
pub(crate) fn read<T: Element>(path: &Path) -> Result<Vec<T>> {
    let bytes = fs_err::read(path)?;
    let rest = bytes
        .strip_prefix(MAGIC)
        .with_context(|| format!("{}: not .npy 1.0", path.display()))?;
    let (length, rest) = rest.split_first_chunk::<2>().context("a header's length")?;
    let (header, data) = rest
        .split_at_checked(u16::from_le_bytes(*length) as usize)
        .with_context(|| format!("{}: cut short", path.display()))?;
    let header = String::from_utf8_lossy(header);
    let wanted = format!("'descr': '{}', 'fortran_order': False", T::DESCR);
    ensure!(
        header.contains(&wanted),
        "{}: {header} where {wanted} is needed",
        path.display()
    );
    Ok(data.chunks_exact(size_of::<T>()).map(T::read).collect())
}
