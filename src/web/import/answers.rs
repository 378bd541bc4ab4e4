//! What is answered to a dropped file? Look, check, take. A file of its own because these are the handlers: what blocks goes to
//! another thread, one import at a time, since a workbook is held whole while it is read.

use super::folder;
use super::parts::{self, Parts};
use super::{LIMITS, plan_text};
use crate::model::{Lang, PlaceLayer, PlanFolder};
use crate::read::{self, Encoding, Fault, Faults, LookAs, Reading};
use crate::web::asked::Asked;
use crate::web::desk::Desk;
use crate::web::problem::{PROBLEM_JSON, Problem};
use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Multipart, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Faults that are listed; what is more is counted.
const LISTED: usize = 2_000;
/// Seconds after which a busy server may be asked again.
const AGAIN: &str = "2";

/// Query of `/api/import/look`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfFile {
    name: String,
    sheet: Option<String>,
    encoding: Option<String>,
}

/// Query of `/api/import/take`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Into {
    into: Option<String>,
}

/// `/api/import/look`: what is in this file?
pub(super) async fn look(
    State(desk): State<Desk>,
    Asked(asked): Asked<OfFile>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let bytes = body.map_err(|e| Problem { status: e.status(), detail: e.body_text() })?;
    let suffix = parts::suffix(&asked.name)?;
    let encoding = match asked.encoding.as_deref().filter(|e| !e.is_empty()) {
        None => None,
        Some(name) => Some(
            Encoding::parse(name)
                .ok_or_else(|| Problem::bad_query("encoding is utf-8, gb18030, gbk, gb2312 or big5"))?,
        ),
    };
    one_at_a_time(&desk, move || {
        let dir = tempfile::tempdir().map_err(Problem::failed)?;
        // The name is only shown: what is written has one of ours.
        let file = format!("file.{suffix}");
        std::fs::write(dir.path().join(&file), &bytes).map_err(Problem::failed)?;
        let how = LookAs { sheet: asked.sheet.filter(|s| !s.is_empty()), encoding, limits: LIMITS };
        Ok(match read::look(dir.path(), &file, &how) {
            Ok(mut look) => {
                look.layer = look.layer.or_else(|| read::layer_named(&asked.name));
                look.file = asked.name;
                json_answer(StatusCode::OK, &serde_json::to_value(look).map_err(Problem::failed)?)
            }
            Err(mut fault) => {
                fault.file = asked.name;
                refused(std::slice::from_ref(&*fault))
            }
        })
    })
    .await
}

/// `/api/import/check`: what is wrong with all of it together?
pub(super) async fn check(
    State(desk): State<Desk>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let parts = received(form).await?;
    let lang = desk.language(parts.plan.lang.as_deref())?;
    let keeps = desk.imports().is_some();
    one_at_a_time(&desk, move || {
        let text = plan_text::text(&parts, lang);
        let mut answer = match opened(&parts, &text)? {
            Ok(folder) => fine(&folder),
            Err(faults) => faulty(faults.list()),
        };
        answer["keeps"] = Value::from(keeps);
        Ok(json_answer(StatusCode::OK, &answer))
    })
    .await
}

/// `/api/import/take`: the folder, as a zip or among the imports.
pub(super) async fn take(
    State(desk): State<Desk>,
    Asked(asked): Asked<Into>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let imports = match asked.into.as_deref() {
        None => None,
        Some("folder") => Some(desk.imports().ok_or_else(|| Problem {
            status: StatusCode::FORBIDDEN,
            detail: "this server keeps no imports; start it with --import-into DIR, or download the folder".to_owned(),
        })?),
        Some(_) => return Err(Problem::bad_query("into is folder, or left out for a download")),
    };
    let parts = received(form).await?;
    let lang = desk.language(parts.plan.lang.as_deref())?;
    one_at_a_time(&desk, move || {
        let text = plan_text::text(&parts, lang);
        if let Err(faults) = opened(&parts, &text)? {
            return Ok(refused(faults.list()));
        }
        let mut files: folder::Files<'_> = vec![("plan.toml", text.as_bytes())];
        files.extend(parts.files.values().map(|(name, bytes)| (name.as_str(), &bytes[..])));
        files.sort_by_key(|(name, _)| *name);
        let name = folder::name(&parts.plan.name);
        if let Some(imports) = imports {
            folder::write(&imports, &name, &files)?;
            let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
            return Ok(json_answer(StatusCode::CREATED, &json!({"folder": name, "files": names})));
        }
        let mut response = Response::new(Body::from(folder::zip(&name, &files)?));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // RFC 6266: names beyond ASCII go percent-encoded.
        let saved =
            format!("attachment; filename=\"plan.zip\"; filename*=UTF-8''{}.zip", crate::web::ogc::escaped(&name));
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&saved).map_err(Problem::failed)?);
        Ok(response)
    })
    .await
}

async fn received(form: Result<Multipart, MultipartRejection>) -> Result<Parts, Problem> {
    Parts::of(form.map_err(|e| Problem { status: e.status(), detail: e.body_text() })?).await
}

/// Does the work on a thread that may block; 503 while another import is under way.
async fn one_at_a_time(
    desk: &Desk,
    work: impl FnOnce() -> Result<Response, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let Ok(place) = desk.import_place() else {
        let busy = Problem {
            status: StatusCode::SERVICE_UNAVAILABLE,
            detail: "another import is being read; ask again in a moment".to_owned(),
        };
        let mut response = busy.into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(AGAIN));
        return Ok(response);
    };
    // The place goes with the work: one who hangs up does not let a second one in.
    let work = tokio::task::spawn_blocking(move || {
        let _place = place;
        work()
    });
    work.await.unwrap_or_else(|_| Err(Problem::failed("an internal fault while the files were read")))
}

/// Reads the files as the plan folder that they would be.
fn opened(parts: &Parts, text: &str) -> Result<Result<PlanFolder, Faults>, Problem> {
    let dir = tempfile::tempdir().map_err(Problem::failed)?;
    let write = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).map_err(Problem::failed);
    write("plan.toml", text.as_bytes())?;
    for (name, bytes) in parts.files.values() {
        write(name, bytes)?;
    }
    Ok(read::open_with(Path::new(dir.path()), &Reading { encoding: None, limits: LIMITS }))
}

fn fine(folder: &PlanFolder) -> Value {
    let layers = folder.inputs.iter().filter(|input| input.layer != "plan");
    let layers: Vec<Value> =
        layers.map(|i| json!({"layer": i.layer, "file": i.file, "features": i.features, "datum": i.datum})).collect();
    let residents = folder.places.iter().filter(|p| p.layer == PlaceLayer::Residences);
    let doubts = read::doubts(folder, &[]);
    let doubts: Vec<Value> = doubts.iter().map(|d| json!({"zh": d.say(Lang::Zh), "en": d.say(Lang::En)})).collect();
    json!({
        "ok": true, "faults": [], "total": 0, "by_kind": [], "doubts": doubts, "layers": layers,
        "people": residents.map(|p| p.people.0).sum::<f64>(),
    })
}

fn faulty(faults: &[Fault]) -> Value {
    let (listed, by_kind) = told(faults);
    json!({
        "ok": false, "faults": listed, "total": faults.len(), "by_kind": by_kind, "doubts": [], "layers": [], "people": null,
    })
}

/// The first faults, and how many there are of each kind.
fn told(faults: &[Fault]) -> (Vec<Value>, Vec<Value>) {
    let value = |fault: &Fault| serde_json::to_value(fault).unwrap_or(Value::Null);
    let mut kinds: BTreeMap<String, (usize, Value)> = BTreeMap::new();
    for fault in faults {
        let kind = kinds.entry(fault.kind.code().to_owned());
        kind.or_insert_with(|| (0, value(fault)["problem"].take())).0 += 1;
    }
    let mut by_kind: Vec<(String, (usize, Value))> = kinds.into_iter().collect();
    by_kind.sort_by_key(|(kind, (count, _))| (std::cmp::Reverse(*count), kind.clone()));
    let by_kind = by_kind.into_iter();
    let by_kind = by_kind.map(|(kind, (count, problem))| json!({"kind": kind, "count": count, "problem": problem}));
    (faults.iter().take(LISTED).map(value).collect(), by_kind.collect())
}

/// 422 with the faults: the request is well formed, what it brings is not.
fn refused(faults: &[Fault]) -> Response {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let (listed, by_kind) = told(faults);
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": faults.first().map(|fault| fault.say(Lang::En)),
        "faults": listed,
        "total": faults.len(),
        "by_kind": by_kind,
    });
    let mut response = json_answer(status, &body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    response
}

fn json_answer(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}
