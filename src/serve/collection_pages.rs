//! Collections for people who open their address in a browser: what there is, its columns, and how to take it along.

use std::fmt::Write;
use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use crate::state::{AppState, Collection};

/// Nothing is loaded, and no page may frame it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b2126;--ink-2:#4d575f;--paper:#fbfbf9;--rule:#d9d9d2;--accent:#14607c}\
@media(prefers-color-scheme:dark){:root{--ink:#e3e6e8;--ink-2:#a2abb2;--paper:#171a1d;--rule:#30363b;--accent:#74bcd3}}\
body{max-width:960px;margin:0 auto;padding:24px;background:var(--paper);color:var(--ink);\
font:14px/1.6 'Segoe UI','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif}\
h1{font-size:18px}h2{margin-top:24px;font-size:15px}a{color:var(--accent)}small{color:var(--ink-2)}\
table{width:100%;border-collapse:collapse}th,td{padding:4px 10px 4px 0;border-bottom:1px solid var(--rule);text-align:left}\
th{color:var(--ink-2);font-weight:400}td.n{text-align:right}";

/// Every collection, those of the area first.
pub(crate) fn write_list(state: &AppState, collections: &[Arc<Collection>]) -> Response {
    let mut body = String::new();
    for (title, of_run) in
        [("规划范围的数据 <small>Data of the area</small>", false), ("成果 <small>Results</small>", true)]
    {
        let mut listed = collections.iter().filter(|one| one.origin.is_some() == of_run).peekable();
        if listed.peek().is_none() {
            continue;
        }
        tell(&mut body, format_args!("<h2>{title}</h2><table><tr><th>图层 Layer<th>代码 Id<th>要素 Features"));
        for one in listed {
            let (id, title) = (escape(&one.id), write_title(one));
            let count = one.layer.features.len();
            tell(
                &mut body,
                format_args!("<tr><td><a href=\"collections/{id}?f=html\">{title}</a><td>{id}<td class=n>{count}"),
            );
        }
        body.push_str("</table>");
    }
    write_page(&state.area.name, &format!("<p><a href=\"./\">地图 Map</a></p>{body}"))
}

/// One collection: its columns, and the files that it can be had as.
pub(crate) fn write_collection(state: &AppState, collection: &Collection) -> Response {
    let (id, title) = (escape(&collection.id), write_title(collection));
    let mut body = format!(
        "<p><a href=\"../\">地图 Map</a> · <a href=\"../collections?f=html\">全部图层 All layers</a></p>\
         <p>{} 个要素 <small>features</small></p><p>",
        collection.layer.features.len()
    );
    for (format, name) in
        [("json", "GeoJSON"), ("xlsx", "Excel"), ("csv", "CSV"), ("gpkg", "GeoPackage"), ("kml", "KML")]
    {
        tell(&mut body, format_args!("<a href=\"{id}/items?f={format}\">{name}</a> "));
    }
    body.push_str("</p><h2>字段 <small>Columns</small></h2><table><tr><th>名称 Name<th>代码 Code<th>单位 Unit");
    for column in &collection.layer.columns {
        let (zh, en) = (escape(&column.label.zh), escape(&column.label.en));
        let (name, unit) = (column.name, column.unit);
        tell(&mut body, format_args!("<tr><td>{zh} <small lang=en>{en}</small><td>{name}<td>{unit}"));
    }
    body.push_str("</table>");
    write_page(&format!("{} · {}", collection.layer.title.zh, state.area.name), &format!("<h2>{title}</h2>{body}"))
}

fn write_title(collection: &Collection) -> String {
    let title = &collection.layer.title;
    format!("{} <small lang=en>{}</small>", escape(&title.zh), escape(&title.en))
}

fn write_page(title: &str, body: &str) -> Response {
    let title = escape(title);
    let page = format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{title}</title><style>{STYLE}</style><h1>{title}</h1>{body}</html>"
    );
    ([(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY))], Html(page)).into_response()
}

fn tell(body: &mut String, part: std::fmt::Arguments) {
    // Writing to a text cannot fail.
    let _ = body.write_fmt(part);
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
