//! What does a finished answer look like on the wire? Bytes, type and tag, made once and sent many times.
//! A file of its own because topics, maps, downloads and the page's own files are all sent the same way.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use sha2::{Digest, Sha256};

/// Documents with a style of their own (maps, the report) may use it, and nothing else: no script, no request.
const DOCUMENT_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'none'; sandbox";

/// An answer, ready to be sent.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    bytes: Bytes,
    content_type: &'static str,
    tag: HeaderValue,
    cache: &'static str,
    attachment: Option<&'static str>,
    document: bool,
}

impl Prepared {
    /// From its bytes; browsers ask again each time, and get 304 when nothing has changed.
    pub(super) fn new(bytes: impl Into<Bytes>, content_type: &'static str) -> Self {
        let bytes = bytes.into();
        let tag = tag(&bytes);
        Self { bytes, content_type, tag, cache: "no-cache", attachment: None, document: false }
    }

    /// JSON.
    pub(super) fn json(text: String) -> Self {
        Self::new(text, "application/json")
    }

    /// GeoJSON.
    pub(super) fn geojson(bytes: Vec<u8>) -> Self {
        Self::new(bytes, "application/geo+json")
    }

    /// A file whose path names its version: it never changes.
    pub(super) fn immutable(self) -> Self {
        Self { cache: "public, max-age=31536000, immutable", ..self }
    }

    /// A file to be saved under this name.
    pub(super) fn saved_as(self, name: &'static str) -> Self {
        Self { attachment: Some(name), ..self }
    }

    /// A document of its own (SVG, report) with its own styles.
    pub(super) fn document(self) -> Self {
        Self { document: true, ..self }
    }

    /// The response, 304 when the reader already has this version.
    pub(super) fn respond(&self, request: &HeaderMap) -> Response {
        let mut response = if is_known(&self.tag, request) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            let mut response = Response::new(Body::from(self.bytes.clone()));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            response
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.cache));
        if self.document {
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(DOCUMENT_POLICY));
        }
        if let Some(name) = self.attachment {
            let value = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
            headers.insert(header::CONTENT_DISPOSITION, value.expect("our own file names are header text"));
        }
        response
    }
}

/// The tag of an answer by its bytes. Weak, because the same answer is also sent compressed.
pub(super) fn tag(bytes: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(12).map(|b| format!("{b:02x}")).collect();
    HeaderValue::from_str(&format!("W/\"{hex}\"")).expect("hexadecimal digits are header text")
}

/// Whether the reader already has what this tag names.
pub(super) fn is_known(tag: &HeaderValue, request: &HeaderMap) -> bool {
    let ours = tag.to_str().unwrap_or_default();
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let names = |list: &str| list.split(',').any(|tag| tag.trim() == "*" || bare(tag) == bare(ours));
    request.get_all(header::IF_NONE_MATCH).iter().any(|value| value.to_str().is_ok_and(names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_who_has_this_version_gets_304_without_a_body() {
        let answer = Prepared::json("{}".to_owned());
        let tag = answer.respond(&HeaderMap::new()).headers()[header::ETAG].clone();
        let mut request = HeaderMap::new();
        request.insert(header::IF_NONE_MATCH, tag);
        assert_eq!(answer.respond(&request).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(Prepared::json("[]".to_owned()).respond(&request).status(), StatusCode::OK);
    }

    #[test]
    fn a_tag_is_found_in_a_list_and_without_its_weak_mark() {
        let answer = Prepared::json("{}".to_owned());
        let tag = answer.tag.to_str().expect("ascii").trim_start_matches("W/").to_owned();
        let asks = |list: &str| {
            let mut request = HeaderMap::new();
            request.insert(header::IF_NONE_MATCH, HeaderValue::from_str(list).expect("ascii"));
            is_known(&answer.tag, &request)
        };
        assert!(asks(&format!("\"other\", {tag}")));
        assert!(!asks("\"other\""));
    }
}
