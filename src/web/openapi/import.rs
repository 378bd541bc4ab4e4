//! How is the import described? A file of its own beside the room that answers.

use super::words::{Paths, bytes, content, responses, schema};
use serde_json::{Value, json};

pub(super) fn paths() -> Paths {
    let query = |name: &str, required: bool, description: &str| json!({"name": name, "in": "query", "required": required, "description": description, "schema": {"type": "string"}});
    let problem = |description: &str| json!({"description": description, "content": content("application/problem+json", schema("Problem"))});
    let refused = json!({"description": "what was sent has faults", "content": content("application/problem+json", schema("Refused"))});
    let parts = json!({"required": true, "content": {"multipart/form-data": {
        "schema": {
            "type": "object", "required": ["plan"],
            "properties": {"plan": schema("PlanAsked")},
            "additionalProperties": {"type": "string", "format": "binary", "description": "a file, under the name that a layer gives"},
        },
        "encoding": {"plan": {"contentType": "application/json"}},
    }}});
    let post = |id: &str, summary: &str, parameters: Value, body: Value, own: Vec<(&'static str, Value)>| {
        let mut all = responses(own.into_iter().chain([
            ("413", problem("more than 64 MiB")),
            ("415", problem("no format that is read here")),
            ("503", problem("another import is being read: Retry-After says when to ask again")),
        ]));
        all.remove("304");
        json!({"post": {"operationId": id, "summary": summary, "parameters": parameters, "requestBody": body, "responses": all}})
    };
    let file = json!({"required": true, "content": bytes("application/octet-stream")});
    let ok = |schema_name: &str| {
        ("200", json!({"description": "the answer", "content": content("application/json", schema(schema_name))}))
    };
    let mut name = query("name", true, "Its name: .geojson, .json, .xlsx or .csv");
    name["schema"]["pattern"] =
        json!("[.]([gG][eE][oO][jJ][sS][oO][nN]|[jJ][sS][oO][nN]|[xX][lL][sS][xX]|[cC][sS][vV])$");
    let mut encoding = query("encoding", false, "utf-8, gb18030, gbk, gb2312 or big5");
    encoding["schema"]["pattern"] = json!("^([uU][tT][fF]-?8|[gG][bB](18030|[kK]|2312)|[bB][iI][gG]5)?$");
    let look = post(
        "look",
        "What is in a file: columns, rows, what they seem to mean",
        json!([name, query("sheet", false, "Sheet of a workbook"), encoding,]),
        file,
        vec![ok("Look"), ("422", refused.clone())],
    );
    let check = post(
        "check",
        "Every fault of all files together; nothing is taken",
        json!([]),
        parts.clone(),
        vec![ok("Checked")],
    );
    let zip = json!({"description": "the plan folder", "content": bytes("application/zip")});
    let made = json!({"description": "the folder stands among the imports", "content": content("application/json", json!({
        "type": "object", "required": ["folder", "files"],
        "properties": {"folder": {"type": "string"}, "files": {"type": "array", "items": {"type": "string"}}},
    }))});
    let take = post(
        "take",
        "The plan folder: as a zip, or as a folder where the server keeps imports",
        json!([{"name": "into", "in": "query", "required": false, "schema": {"type": "string", "enum": ["folder"]}}]),
        parts,
        vec![("200", zip), ("201", made), ("409", problem("there is a folder of this name")), ("422", refused)],
    );
    [("/api/import/look", look), ("/api/import/check", check), ("/api/import/take", take)]
        .map(|(path, described)| (path.to_owned(), described))
        .into()
}
