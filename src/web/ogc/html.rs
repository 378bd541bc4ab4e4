//! How does a person read the same documents? JSON as nested lists, links to follow, no script. A file of its own because
//! it alone writes what the plan says into a page of the API.

use crate::model::Lang;
use crate::report::escape::escape;
use crate::web::prepared::Prepared;
use serde_json::Value;

/// Any document of the API as a page.
pub(super) fn page(document: &Value, lang: Lang) -> Prepared {
    let title = ["title", "id"].into_iter().find_map(|key| document[key].as_str()).unwrap_or("OGC API - Features");
    let code = lang.pick("zh-CN", "en");
    let title = escape(title);
    let mut text = format!(
        "<!doctype html>\n<html lang=\"{code}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"/page/open.css\"></head><body><main><h1>{title}</h1>\n"
    );
    write(&mut text, document);
    text.push_str("</main></body></html>\n");
    Prepared::new(text, "text/html; charset=utf-8")
}

fn write(text: &mut String, value: &Value) {
    match value {
        Value::Object(members) => match (members.get("href").and_then(Value::as_str), members.get("rel")) {
            (Some(href), Some(rel)) => link(text, href, rel, members),
            _ => {
                text.push_str("<dl>");
                for (name, member) in members {
                    text.push_str(&format!("<dt>{}</dt><dd>", escape(name)));
                    write(text, member);
                    text.push_str("</dd>\n");
                }
                text.push_str("</dl>");
            }
        },
        Value::Array(all) if all.iter().all(|one| one.is_number() || one.is_null()) => {
            text.push_str(&escape(&value.to_string()));
        }
        Value::Array(all) => {
            text.push_str("<ul>");
            for one in all {
                text.push_str("<li>");
                write(text, one);
                text.push_str("</li>\n");
            }
            text.push_str("</ul>");
        }
        Value::String(plain) => text.push_str(&escape(plain)),
        other => text.push_str(&escape(&other.to_string())),
    }
}

/// A link of a document; addresses are this server's own.
fn link(text: &mut String, href: &str, rel: &Value, members: &serde_json::Map<String, Value>) {
    let own = href.starts_with("http://");
    let title = members.get("title").and_then(Value::as_str).unwrap_or(href);
    let about = format!("{} ({})", title, rel.as_str().unwrap_or_default());
    if own {
        text.push_str(&format!("<a href=\"{}\">{}</a>", escape(href), escape(&about)));
    } else {
        text.push_str(&escape(&about));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn markup_in_a_plan_is_text_on_the_page() {
        let mut text = String::new();
        write(
            &mut text,
            &json!({"name": "<script>alert(1)</script>", "links": [{"rel": "self\"", "href": "http://x/\"><b>"}]}),
        );
        assert!(!text.contains("<script>") && !text.contains("<b>"), "{text}");
    }
}
