//! The one module with unsafe code: opens an ONNX Runtime library, and hands freed memory back to the system.
#![expect(
    unsafe_code,
    reason = "C libraries, one of them chosen at run time, can be entered in no other way"
)]

use std::path::Path;

/// Opens the library and returns its functions. It stays loaded until the process ends.
///
/// The error is what the loader or the library said, without the path.
pub(super) fn open(path: &Path) -> Result<ort_sys::OrtApi, String> {
    if !path.is_file() {
        return Err("no such file".into());
    }
    // SAFETY: loading runs the library's initialisers. The operator named this file as ONNX Runtime; there is no
    // way to tell from outside that it is anything else.
    let library = unsafe { libloading::Library::new(path) }.map_err(|error| error.to_string())?;
    // SAFETY: every ONNX Runtime exports this symbol with this signature.
    let entry: libloading::Symbol<'_, unsafe extern "C" fn() -> *const ort_sys::OrtApiBase> =
        unsafe { library.get(b"OrtGetApiBase") }.map_err(|error| error.to_string())?;
    // SAFETY: the function takes nothing and returns a pointer to a static table, or null.
    let Some(base) = (unsafe { entry().as_ref() }) else {
        return Err("it offers no interface".into());
    };
    // SAFETY: `base` is the library's static table; an unknown version is answered with null.
    let api = unsafe { (base.GetApi)(ort_sys::ORT_API_VERSION) };
    // SAFETY: a non-null answer points to a static table of at least this version's functions.
    let Some(api) = (unsafe { api.as_ref() }) else {
        let needed = ort_sys::ORT_API_VERSION;
        return Err(format!("too old: version 1.{needed} or later is needed"));
    };
    // SAFETY: the table is plain function pointers, valid as long as the library is loaded, which it stays.
    let api = unsafe { std::ptr::read(api) };
    std::mem::forget(library);
    Ok(api)
}

/// Gives memory that was freed back to the system, where the allocator would keep it.
///
/// Loading a network takes several times its size for a moment; glibc's allocator then holds on to about as much as
/// the network itself.
pub(super) fn release_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: it only looks at the allocator's own lists, under the allocator's locks.
    unsafe {
        libc::malloc_trim(0);
    }
}
