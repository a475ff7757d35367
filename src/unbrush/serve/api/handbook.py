"""The page `/docs`: every route with whom it is for, what it takes and what it answers.

It is written here from the description of the API, without a script and without anything from
elsewhere: a desk may stand where there is no way out, and whatever script ran on its pages could
act for whoever is signed in.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from unbrush.respond.desk.permissions import MAY

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1d1d1f; background: #fff; }
code { font: 13px/1.4 ui-monospace, monospace; }
details { border-top: 1px solid #ddd; padding: .35rem 0; }
summary { cursor: pointer; }
summary span { color: #555; }
table { border-collapse: collapse; margin: .4rem 0 .8rem; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .15rem .8rem .15rem 0; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #161617; }
  details { border-color: #444; } summary span { color: #aaa; } a { color: #8ab4f8; } }
"""
_REFERENCE = "#/components/schemas/"
Schema = Mapping[str, Any]


def add_handbook(api: FastAPI, acts: Mapping[str, tuple[str, ...]]) -> None:
    """Let an API give its page.

    Args:
        api: The API.
        acts: Name of a route → the acts of which it asks one; none if it is for everybody.
    """

    @api.get("/docs", include_in_schema=False)
    def handbook() -> HTMLResponse:
        return HTMLResponse(handbook_of(api.openapi(), acts), headers=HEADERS)


def handbook_of(described: Schema, acts: Mapping[str, tuple[str, ...]]) -> str:
    """Return the page of an API as HTML.

    Args:
        described: Its description, as OpenAPI has it.
        acts: As in `add_handbook`.
    """
    by_tag: dict[str, list[str]] = {}
    for path, methods in described["paths"].items():
        for method, route in methods.items():
            tag = route.get("tags", ["others"])[0]
            who = _who(acts.get(route["operationId"], ()))
            by_tag.setdefault(tag, []).append(_route(described, method, path, route, who))
    tags = sorted(by_tag)
    contents = " · ".join(f'<a href="#{escape(tag)}">{escape(tag)}</a>' for tag in tags)
    parts = "".join(f'<h2 id="{escape(tag)}">{escape(tag)}</h2>{"".join(by_tag[tag])}'
                    for tag in tags)  # fmt: skip
    title = f"{described['info']['title']} {described['info']['version']}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}: API</title><style>{_STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1><p>{escape(described['info'].get('summary', ''))} "
        'For programs: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1).</p>'
        "<p>Sign in with <code>POST /sessions</code> and send <code>Authorization: Bearer …"
        "</code>, or use a key. Errors are <code>application/problem+json</code>; their "
        "<code>detail</code> says what was wrong, <code>hint</code> what to try. Times are epoch "
        f"ms UTC, amounts minor units.</p><p>{contents}</p>{parts}</body></html>"
    )


def _who(acts: tuple[str, ...]) -> str:
    if not acts:
        return "anybody, or by receipt or sign-in"
    return ", ".join(sorted({str(role) for act in acts for role in MAY[act]}))


def _route(described: Schema, method: str, path: str, route: Schema, who: str) -> str:
    rows = [
        (each["name"], each["in"], each.get("required", False), each["schema"],
         each.get("description", ""))
        for each in route.get("parameters", ())
    ]  # fmt: skip
    for media, content in route.get("requestBody", {}).get("content", {}).items():
        body = _resolved(described, content["schema"])
        required = body.get("required", ())
        where = "form" if "form" in media else "body"
        rows += [
            (name, where, name in required, each, each.get("description", ""))
            for name, each in body.get("properties", {}).items()
        ]
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(where)}</td>"
        f"<td>{escape(_type(described, schema))}{'' if is_required else ' (optional)'}</td>"
        f"<td>{escape(text)}</td></tr>"
        for name, where, is_required, schema, text in rows
    )
    table = f"<table>{cells}</table>" if cells else ""
    said = escape(route.get("description", "")).replace("\n\n", "</p><p>")
    return (
        f"<details><summary><code>{method.upper()} {escape(path)}</code> "
        f"<span>{said.split('</p>')[0]}</span></summary>"
        f"<p>{said}</p><p>For: {escape(who)}</p>{table}</details>"
    )


def _resolved(described: Schema, schema: Schema) -> Schema:
    name = str(schema.get("$ref", ""))
    if not name.startswith(_REFERENCE):
        return schema
    found: Schema = described["components"]["schemas"][name.removeprefix(_REFERENCE)]
    return found


def _type(described: Schema, schema: Schema) -> str:
    """Return what a value may be, in a few words."""
    schema = _resolved(described, schema)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_type(described, each) for each in schema[several]))
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_type(described, schema.get('items', {}))}"
    if schema.get("type") == "object" and schema.get("properties"):
        return f"{{{', '.join(schema['properties'])}}}"
    return str(schema.get("type", "any"))
