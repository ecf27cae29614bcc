//! TLS: rustls with ring, and the certificates that the system trusts.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use crate::{Error, Result};

/// Whom connections trust.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    roots: Arc<RootCertStore>,
    /// Why the system has no certificates; `None` if it has some.
    lack: Option<String>,
}

impl Trust {
    /// The system's certificates, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name. They are read once a process.
    pub(crate) fn native() -> Self {
        static NATIVE: OnceLock<Trust> = OnceLock::new();
        let read = || {
            let loaded = rustls_native_certs::load_native_certs();
            let first_error = loaded.errors.first().map(ToString::to_string);
            Self::these(loaded.certs, first_error)
        };
        NATIVE.get_or_init(read).clone()
    }

    /// Only `certificates`.
    pub(crate) fn these(
        certificates: Vec<CertificateDer<'static>>,
        first_error: Option<String>,
    ) -> Self {
        let mut roots = RootCertStore::empty();
        // Systems keep some that no library takes; those are passed over.
        roots.add_parsable_certificates(certificates);
        let lack = roots
            .is_empty()
            .then(|| first_error.unwrap_or_else(|| "none was found".to_owned()));
        Self {
            roots: Arc::new(roots),
            lack,
        }
    }

    /// # Errors
    /// [`Error::NoCertificates`] if there is nobody to trust.
    pub(crate) fn require(&self) -> Result<()> {
        match &self.lack {
            None => Ok(()),
            Some(detail) => Err(Error::NoCertificates {
                detail: detail.clone(),
            }),
        }
    }

    /// What rustls goes by. Without certificates plain HTTP works all the same.
    pub(crate) fn config(&self) -> Result<ClientConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Setup {
                detail: format!("TLS: {error}"),
            })?
            .with_root_certificates(Arc::clone(&self.roots))
            .with_no_client_auth();
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_certificates_only_tls_is_refused() {
        let nobody = Trust::these(Vec::new(), Some("no such folder".to_owned()));
        nobody.config().expect("plain HTTP works");
        let error = nobody.require().expect_err("nobody to trust").to_string();
        assert!(error.contains("no such folder"), "{error}");
        assert!(error.contains("SSL_CERT_FILE"), "{error}");
    }
}
