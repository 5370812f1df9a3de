//! One request to a gateway, over a connection of its own.
//!
//! What is trusted is what the system trusts, or the authorities that the group names, and nothing else. There is no way to trust everybody.

use std::sync::Arc;

use rustls::crypto::ring;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::{PushError, PushGroup};
use crate::Answer;

/// What a gateway says about a push that it refuses is kept up to so many bytes.
const COMPLAINT_BYTES_MAX: usize = 1 << 10;

/// Sends `body` to the group.
pub(super) fn send(group: &PushGroup, method: &str, body: &[u8]) -> Result<(), PushError> {
    let failed = |error: ureq::Error| explained(group, error);
    let is_secure = group.gateway.starts_with("https://");
    if !is_secure && !group.gateway.starts_with("http://") {
        return Err(PushError::Address {
            url: group.gateway.clone(),
            why: "only http:// and https:// are known".to_owned(),
        });
    }
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(group.timeout))
        .http_status_as_error(false);
    let agent = match is_secure {
        true => agent.tls_config(trust(group)?),
        false => agent,
    };
    let agent = agent.build().new_agent();
    let mut request = http::Request::builder()
        .method(method)
        .uri(group.url())
        .header("Content-Type", Answer::TEXT.content_type());
    if let Some(secret) = &group.authorization {
        request = request.header("Authorization", &secret.0);
    }
    let request = request.body(body).map_err(|error| PushError::Address {
        url: group.url(),
        why: error.to_string(),
    })?;
    let mut answer = agent.run(request).map_err(failed)?;
    if answer.status().is_success() {
        return Ok(());
    }
    let complaint = answer.body_mut().read_to_string().unwrap_or_default();
    let complaint = complaint.trim();
    let end = complaint.floor_char_boundary(COMPLAINT_BYTES_MAX);
    Err(PushError::Refused {
        status: answer.status().as_u16(),
        body: complaint[..end].to_owned(),
    })
}

/// Whom we believe that they are the gateway.
fn trust(group: &PushGroup) -> Result<TlsConfig, PushError> {
    let roots = match &group.authorities {
        Some(pem) => authorities(pem)?,
        None => {
            let system = rustls_native_certs::load_native_certs().certs;
            let owned =
                |der: &rustls::pki_types::CertificateDer<'_>| Certificate::from_der(der).to_owned();
            system.iter().map(owned).collect()
        }
    };
    let config = TlsConfig::builder()
        .root_certs(RootCerts::from(roots))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()));
    Ok(config.build())
}

fn authorities(pem: &[u8]) -> Result<Vec<Certificate<'static>>, PushError> {
    let certificates = parse_pem(pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    });
    let certificates = certificates
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| PushError::Authorities {
            why: error.to_string(),
        })?;
    if certificates.is_empty() {
        let why = "no certificate in the PEM text".to_owned();
        return Err(PushError::Authorities { why });
    }
    Ok(certificates)
}

/// What the caller can do something about, apart from the rest.
fn explained(group: &PushGroup, error: ureq::Error) -> PushError {
    let url = group.gateway.clone();
    let why = error.to_string();
    let tls = |why| PushError::Tls {
        url: group.gateway.clone(),
        why,
    };
    match error {
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => PushError::Address { url, why },
        ureq::Error::Timeout(_) => PushError::TooSlow {
            url,
            timeout: group.timeout,
        },
        ureq::Error::Rustls(error) => tls(error.to_string()),
        ureq::Error::Tls(error) => tls(error.to_owned()),
        ureq::Error::Io(error) => match error.get_ref().map(|inner| inner.is::<rustls::Error>()) {
            Some(true) => tls(error.to_string()),
            _ => PushError::Unreachable {
                url,
                why: error.to_string(),
            },
        },
        _ => PushError::Unreachable { url, why },
    }
}
