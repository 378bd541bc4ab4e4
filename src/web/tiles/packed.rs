//! How is a tile kept and sent? Packed once, because nearly everybody takes it so. A file of its own because packing is the one
//! thing here that knows `flate2`.

use super::super::prepared::is_known;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{Read, Write};

/// The media type of a tile.
pub(super) const MVT: HeaderValue = HeaderValue::from_static("application/vnd.mapbox-vector-tile");

/// A tile, packed with gzip, and its tag.
#[derive(Debug, Clone)]
pub(super) struct Packed {
    bytes: Bytes,
    tag: HeaderValue,
}

impl Packed {
    /// Packs the bytes of a tile.
    pub(super) fn new(plain: Vec<u8>) -> Self {
        let tag = super::super::prepared::tag(&plain);
        let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::new(6));
        encoder.write_all(&plain).expect("a vector takes every byte");
        let bytes = encoder.finish().expect("a vector takes every byte").into();
        Self { bytes, tag }
    }

    /// The response; unpacked for the few who do not take gzip, 304 for who has it.
    pub(super) fn respond(&self, request: &HeaderMap) -> Response {
        if is_known(&self.tag, request) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            mark(&mut response, &self.tag);
            return response;
        }
        let takes_gzip = request
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .any(|v| v.to_str().is_ok_and(|v| v.split(',').any(|one| takes(one.trim()))));
        let mut response = if takes_gzip {
            let mut response = Response::new(Body::from(self.bytes.clone()));
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            response
        } else {
            let mut plain = Vec::new();
            GzDecoder::new(&self.bytes[..]).read_to_end(&mut plain).expect("what this program packed it can unpack");
            Response::new(Body::from(plain))
        };
        response.headers_mut().insert(header::CONTENT_TYPE, MVT);
        mark(&mut response, &self.tag);
        response
    }
}

/// Whether an entry of Accept-Encoding takes gzip.
fn takes(entry: &str) -> bool {
    let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
    let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse::<f32>() == Ok(0.0));
    matches!(name.trim(), "gzip" | "*") && !refused
}

fn mark(response: &mut Response, tag: &HeaderValue) {
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
}
