//! What we trust and show, as rustls wants it.

use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls::{SupportedProtocolVersion, version};

use super::{BuildError, SecretSource, TlsOptions, TlsVersion};

/// The system's certificates, read once: there are hundreds.
static SYSTEM_ROOTS: OnceLock<Arc<RootCertStore>> = OnceLock::new();

/// The configuration that `options` describe; which application protocols are offered is the caller's choice.
pub(super) fn config(options: &TlsOptions) -> Result<ClientConfig, BuildError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions(options)?)
        .map_err(|error| wrong("TLS versions", &error))?;
    let builder = if options.insecure_skip_verify {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(TrustEverybody(provider)))
    } else {
        let roots = roots(options)?;
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider)
            .build()
            .map_err(|error| wrong("CA certificates", &error));
        match verifier {
            Ok(verifier) => builder.with_webpki_verifier(verifier),
            // Without any certificate of the system's own, plain HTTP must still work.
            Err(_) if options.ca.is_none() => {
                builder.with_root_certificates(RootCertStore::empty())
            }
            Err(error) => return Err(error),
        }
    };
    match &options.certificate {
        None => Ok(builder.with_no_client_auth()),
        Some((certificate, key)) => {
            let chain = certificates("certificate", certificate)?;
            let key = PrivateKeyDer::from_pem_slice(key.read()?.as_bytes())
                .map_err(|error| wrong("key", &error))?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| wrong("certificate and key", &error))
        }
    }
}

/// The name that certificates must have, if the options fix it.
pub(super) fn server_name(options: &TlsOptions) -> Result<Option<ServerName<'static>>, BuildError> {
    let Some(name) = options.server_name.as_ref().filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    ServerName::try_from(name.clone())
        .map(Some)
        .map_err(|_| BuildError::ServerName(name.clone()))
}

fn versions(options: &TlsOptions) -> Result<Vec<&'static SupportedProtocolVersion>, BuildError> {
    if options
        .max_version
        .is_some_and(|max| max < TlsVersion::Tls12)
    {
        return Err(BuildError::OldTls);
    }
    let wanted = |version: TlsVersion| {
        options.min_version.is_none_or(|min| version >= min)
            && options.max_version.is_none_or(|max| version <= max)
    };
    let mut versions = Vec::new();
    if wanted(TlsVersion::Tls13) {
        versions.push(&version::TLS13);
    }
    if wanted(TlsVersion::Tls12) {
        versions.push(&version::TLS12);
    }
    match versions.is_empty() {
        true => Err(BuildError::NoTlsVersion),
        false => Ok(versions),
    }
}

fn roots(options: &TlsOptions) -> Result<Arc<RootCertStore>, BuildError> {
    let Some(ca) = &options.ca else {
        return Ok(Arc::clone(SYSTEM_ROOTS.get_or_init(system_roots)));
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates("CA certificates", ca)? {
        roots
            .add(certificate)
            .map_err(|error| wrong("CA certificates", &error))?;
    }
    Ok(Arc::new(roots))
}

fn system_roots() -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    Arc::new(roots)
}

fn certificates(
    what: &'static str,
    source: &SecretSource,
) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let pem = source.read()?;
    let all: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(what, &error))?;
    match all.is_empty() {
        true => Err(wrong(what, &"no certificate in the PEM text")),
        false => Ok(all),
    }
}

fn wrong(what: &'static str, reason: &dyn std::fmt::Display) -> BuildError {
    let reason = reason.to_string();
    BuildError::Certificate { what, reason }
}

/// `insecure_skip_verify`: whoever answers is right. Signatures are still checked, since that costs nothing.
#[derive(Debug)]
struct TrustEverybody(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustEverybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// What went wrong in a handshake, in the words of Go's `crypto/tls` where users know them.
pub(super) fn words(error: &rustls::Error) -> String {
    use rustls::CertificateError as Bad;
    let bad = match error {
        rustls::Error::InvalidCertificate(bad) => bad,
        // What answers in plain HTTP, most of the time.
        rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType) => {
            return "first record does not look like a TLS handshake".to_owned();
        }
        other => return other.to_string(),
    };
    let reason = match bad {
        Bad::UnknownIssuer => "certificate signed by unknown authority".to_owned(),
        Bad::Expired
        | Bad::ExpiredContext { .. }
        | Bad::NotValidYet
        | Bad::NotValidYetContext { .. } => {
            "certificate has expired or is not yet valid".to_owned()
        }
        Bad::NotValidForNameContext { expected, .. } => {
            format!(
                "certificate is not valid for the name {}",
                expected.to_str()
            )
        }
        bad => bad.to_string(),
    };
    format!("failed to verify certificate: x509: {reason}")
}
