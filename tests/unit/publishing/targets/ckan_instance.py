"""A CKAN on loopback: its action API over real HTTP, with a memory, authorization and trouble.

Behaves as CKAN 2.11 does where it matters here: names are unique and stay taken by deleted
packages, a list of resources drops those that are not in it, files are kept by resource id.
"""

from __future__ import annotations

import copy
import email.parser
import email.policy
import json
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from target_servers import serving

TOKEN = "ckan-token-91"
ORGANIZATION = "county"


class RefusedError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, kind: str, **told: Any) -> None:
        super().__init__(kind)
        self.status = status
        self.document = {"success": False, "error": {"__type": kind, **told}}


@dataclass
class Instance:
    """The state of the instance, and the trouble it is to make."""

    url: str = ""
    packages: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    trouble: dict[int, int | float] = field(default_factory=dict)  # call -> status, or seconds

    def writes(self) -> list[str]:
        """What was called but to look."""
        return [call for call in self.calls if call != "package_show"]

    def active(self) -> dict[str, dict[str, Any]]:
        """What everybody sees, by name."""
        return {one["name"]: one for one in self.packages.values() if one["state"] == "active"}

    def call(self, action: str, given: dict[str, Any], upload: bytes | None) -> Any:
        """Serve an action."""
        served = {
            "package_show": self.package_show,
            "package_create": self.package_create,
            "package_patch": self.package_patch,
            "package_delete": self.package_delete,
            "resource_create": self.resource_create,
            "resource_patch": self.resource_patch,
            "resource_delete": self.resource_delete,
        }.get(action)
        if served is None:
            raise RefusedError(400, "Bad request", message=f"no action {action}")
        if upload is not None:
            return served(given, upload)  # type: ignore[operator]
        return served(given)  # type: ignore[operator]

    def _find(self, reference: str) -> dict[str, Any]:
        for one in self.packages.values():
            if reference in (one["id"], one["name"]):
                return one
        raise RefusedError(404, "Not Found Error", message="Not found")

    def package_show(self, given: dict[str, Any]) -> dict[str, Any]:
        return copy.deepcopy(self._find(given["id"]))

    def package_create(self, given: dict[str, Any]) -> dict[str, Any]:
        if "id" in given:
            raise RefusedError(409, "Validation Error", id=["The input field id was not expected."])
        self._check(given)
        if any(one["name"] == given["name"] for one in self.packages.values()):
            raise RefusedError(409, "Validation Error", name=["That URL is already in use."])
        made = {"id": str(uuid.uuid4()), "state": "active", "resources": [], "extras": [], **given}
        self.packages[made["id"]] = made
        self._number(made)
        return copy.deepcopy(made)

    def package_patch(self, given: dict[str, Any]) -> dict[str, Any]:
        known = self._find(given["id"])
        changed = {**known, **given, "id": known["id"]}
        self._check(changed)
        self.packages[known["id"]] = changed
        self._number(changed)
        return copy.deepcopy(changed)

    def package_delete(self, given: dict[str, Any]) -> None:
        self._find(given["id"])["state"] = "deleted"

    def resource_create(self, given: dict[str, Any], upload: bytes | None = None) -> Any:
        package = self._find(given["package_id"])
        if any(one["id"] == given.get("id") for one in self._resources()):
            raise RefusedError(409, "Validation Error", id=["Already exists."])
        made = {"id": str(uuid.uuid4()), "url_type": "", **given}
        package["resources"].append(made)
        self._keep(made, upload)
        return copy.deepcopy(made)

    def resource_patch(self, given: dict[str, Any], upload: bytes | None = None) -> Any:
        known = self._resource(given["id"])
        known.update(given)
        self._keep(known, upload)
        return copy.deepcopy(known)

    def resource_delete(self, given: dict[str, Any]) -> None:
        known = self._resource(given["id"])
        for package in self.packages.values():
            package["resources"] = [one for one in package["resources"] if one is not known]
        # the file stays on the disk of a real CKAN, and so it does here

    def _resources(self) -> list[dict[str, Any]]:
        return [one for package in self.packages.values() for one in package["resources"]]

    def _resource(self, identifier: str) -> dict[str, Any]:
        for one in self._resources():
            if one["id"] == identifier:
                return one
        raise RefusedError(404, "Not Found Error", message="Not found: Resource was not found.")

    def _keep(self, resource: dict[str, Any], upload: bytes | None) -> None:
        if upload is not None:
            self.files[resource["id"]] = upload
            resource["url_type"] = "upload"
            name = resource["url"].rpartition("/")[2]
            resource["url"] = f"{self.url}/dataset/x/resource/{resource['id']}/download/{name}"

    def _check(self, package: dict[str, Any]) -> None:
        if not re.fullmatch(r"[a-z0-9_-]{2,100}", package["name"]):
            raise RefusedError(409, "Validation Error", name=["Must be lowercase."])
        if package["owner_org"] != ORGANIZATION:
            raise RefusedError(409, "Validation Error", owner_org=["Organization does not exist"])
        keys = [one["key"] for one in package.get("extras", ())]
        if len(keys) != len(set(keys)):
            raise RefusedError(409, "Validation Error", extras=["There is a schema field twice"])

    def _number(self, package: dict[str, Any]) -> None:
        for one in package["resources"]:
            one.setdefault("id", str(uuid.uuid4()))
            one.setdefault("url_type", "")


@contextmanager
def ckan_instance() -> Iterator[Instance]:
    """A running instance."""
    instance = Instance()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            action = self.path.rpartition("/")[2]
            instance.calls.append(action)
            trouble = instance.trouble.pop(len(instance.calls), None)
            if isinstance(trouble, float):
                time.sleep(trouble)
            elif trouble is not None and trouble < 600:
                return self._answer(trouble, b"<html>Internal Server Error</html>", "text/html")
            try:
                _authorize(self.headers["Authorization"])
                given, upload = _parsed(self.headers["Content-Type"], body)
                result = instance.call(action, given, upload)
                document, status = {"success": True, "result": result}, 200
            except RefusedError as refusal:
                document, status = refusal.document, refusal.status
            if trouble == 602:  # done, but nobody is told
                return self._answer(502, b"Bad Gateway", "text/plain")
            return self._answer(status, json.dumps(document).encode(), "application/json")

        def _answer(self, status: int, content: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            pass

    with serving(Handler) as url:
        instance.url = url
        yield instance


def _authorize(token: str | None) -> None:
    if token != TOKEN:
        raise RefusedError(403, "Authorization Error", message="Access denied")


def _parsed(kind: str, body: bytes) -> tuple[dict[str, Any], bytes | None]:
    """The values of a request, and its file."""
    if not kind.startswith("multipart/"):
        return json.loads(body), None
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    given: dict[str, Any] = {}
    upload = None
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if name == "upload":
            upload = content
        else:
            given[str(name)] = content.decode()
    return given, upload
