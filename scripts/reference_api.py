"""The page of the API, from the OpenAPI description that the server itself answers with.

Called by make_reference.py. Needs no database: only routes and shapes are read.
"""

import inspect
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from litestar import Litestar
from litestar.di import Provide

from fairline import api
from fairline.line.fairness import compare, report

BASE = "/api/v1"
# Where the shapes that travel are written: beside their routes, or further down the house.
SHAPES = (
    *(module for name, module in sorted(sys.modules.items()) if name.startswith("fairline.api.")),
    report,
    compare,
)
VERBS = ("get", "post", "patch", "delete")
# What handlers are given by the app; whoever calls the API never sees these.
GIVEN = ("database", "settings", "keyring", "channels", "live", "form")

Row = tuple[str, ...]


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document, as `/api/openapi.json` answers it."""
    app = Litestar(
        route_handlers=api.ROUTES,
        dependencies={name: Provide(lambda: None, sync_to_thread=False) for name in GIVEN},
        openapi_config=api.OPENAPI,
    )
    return app.openapi_schema.to_schema()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Verb, path and operation, in the order of the tags and then of the code."""
    found = [
        (verb.upper(), path, path_item[verb])
        for path, path_item in description()["paths"].items()
        for verb in VERBS
        if verb in path_item
    ]
    tags = list(dict.fromkeys(tag_of(operation) for _, _, operation in found))
    yield from sorted(found, key=lambda one: tags.index(tag_of(one[2])))


def tag_of(operation: dict[str, Any]) -> str:
    return str(operation["tags"][0])


def blocks(table: Any) -> Iterator[str]:
    """The whole page below its title."""
    yield (
        f"For programs. All paths are below `{BASE}`. How to begin is told in "
        "[use the API](../guides/use-the-api.md); machines get the same by "
        "`GET /api/openapi.json`. Every request carries `Authorization: Bearer TOKEN`. Times are "
        "RFC 3339 in UTC. A `POST` marked *once* takes the header `Idempotency-Key`."
    )
    tag = ""
    for verb, path, operation in operations():
        if tag_of(operation) != tag:
            tag = tag_of(operation)
            yield f"## {tag}"
        yield from operation_blocks(verb, path, operation, table)
    yield "## Refusals"
    yield (
        'Each has the same shape: `{"error": {"code", "text", "field"?, "retry_after_s"?}}`. The '
        "codes are listed in [error codes](errors.md)."
    )
    yield table(("Status", "When"), [(str(status), text) for status, text in refusals()])
    yield "## Shapes"
    for name, schema in sorted(description()["components"]["schemas"].items()):
        yield f"### {name}"
        shape = next(vars(module)[name] for module in SHAPES if name in vars(module))
        # Its own: a Struct without one inherits msgspec's.
        if text := on_one_line(vars(shape).get("__doc__")):
            yield text
        yield table(("Field", "Type"), list(field_rows(schema)))


def operation_blocks(verb: str, path: str, operation: dict[str, Any], table: Any) -> Iterator[str]:
    yield f"### {verb} {path.removeprefix(BASE)}"
    function = function_of(operation)
    texts = [on_one_line(function.__doc__)]
    if body := operation.get("requestBody"):
        texts.append(f"Takes {type_of(body['content']['application/json']['schema'])}.")
    texts.append(f"Answers {answer_of(operation)}.")
    # `once` is what reads Idempotency-Key.
    if "once(" in inspect.getsource(function):
        texts.append("*Once.*")
    yield " ".join(text for text in texts if text)
    rows = [
        (f"`{one['name']}`", type_of(one["schema"]) + limits_of(one["schema"] | {"maxLength": 0}))
        for one in operation.get("parameters", [])
        if one["in"] == "query"
    ]
    if rows:
        yield table(("Parameter", "Type"), rows)


def function_of(operation: dict[str, Any]) -> Any:
    """The function that answers it, whose docstring says what it does."""
    wanted = operation["operationId"].lower()
    for handler in api.HANDLERS:
        if wanted.endswith(handler.fn.__name__.replace("_", "")):
            return handler.fn
    raise LookupError(f"no handler for {operation['operationId']}")


def answer_of(operation: dict[str, Any]) -> str:
    status, answer = next((s, a) for s, a in operation["responses"].items() if s.startswith("2"))
    contents = answer.get("content", {})
    if "application/json" in contents:
        return f"{status} with {type_of(contents['application/json']['schema'])}"
    return f"{status} with the bytes"


def refusals() -> Iterator[tuple[str, str]]:
    _, _, operation = next(operations())
    for status, answer in sorted(operation["responses"].items()):
        if not status.startswith("2"):
            yield status, answer["description"]


def field_rows(schema: dict[str, Any]) -> Iterator[Row]:
    required = set(schema.get("required", ()))
    for name, value in schema.get("properties", {}).items():
        must = "" if name in required else ", may be left out"
        yield f"`{name}`", type_of(value) + limits_of(value) + must


def type_of(schema: dict[str, Any]) -> str:
    """A schema in a few words, other shapes as links."""
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if either := schema.get("oneOf") or schema.get("anyOf"):
        return " or ".join(dict.fromkeys(type_of(one) for one in either))
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    if kind == "object" and (values := schema.get("additionalProperties")):
        return f"object of {type_of(values)}" if isinstance(values, dict) and values else "object"
    return {"date-time": "time", "boolean": "yes or no"}.get(
        schema.get("format", ""), {"boolean": "true or false"}.get(kind, str(kind))
    )


def limits_of(schema: dict[str, Any]) -> str:
    """What is allowed, and the default."""
    said = []
    if most := schema.get("maxLength"):
        said.append(f"at most {most:,} characters")
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        said.append(f"{int(low)} to {int(high):,}")
    default = schema.get("default")
    if default not in (None, "", [], False):
        said.append(f"default `{default}`")
    return "".join(f", {text}" for text in said)


def on_one_line(text: str | None) -> str:
    return " ".join((text or "").split())
