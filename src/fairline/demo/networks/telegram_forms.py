"""The forms of the made-up Telegram: how a request holds its fields, how an answer looks."""

from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from fairline.demo.networks.kit import Call, Reply


def good(data: Any) -> Reply:
    return Reply(data={"ok": True, "result": data})


def refused(status: int, description: str) -> Reply:
    return Reply(
        status=status, data={"ok": False, "error_code": status, "description": description}
    )


def read_fields(call: Call) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    """The fields and files of a request, as JSON, as a form or in several parts."""
    kind = call.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return _parts(kind, call.body)
    if kind.startswith("application/json"):
        found = call.json()
        return (found if isinstance(found, dict) else {}), {}
    return {**call.query, **call.form()}, {}


def _parts(kind: str, body: bytes) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    whole = message_from_bytes(f"content-type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
    fields: dict[str, Any] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for part in whole.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        data = bytes(part.get_payload(decode=True) or b"")
        if file_name := part.get_filename():
            files[name] = (file_name, data)
        else:
            fields[name] = data.decode()
    return fields, files
