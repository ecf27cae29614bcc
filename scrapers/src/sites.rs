//! The sites. A further one is a module that implements [`Site`], its mapping in `datasets`, and its name here.

mod address;
mod bonbanh;
mod chotot;
mod oto;

use crate::site::Site;

/// All sites.
pub fn sites() -> [&'static dyn Site; 3] {
    [&bonbanh::Bonbanh, &oto::Oto, &chotot::Chotot]
}

/// The site of that name.
pub fn by_name(name: &str) -> Option<&'static dyn Site> {
    sites().into_iter().find(|site| site.source() == name)
}
