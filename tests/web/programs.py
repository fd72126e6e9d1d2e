"""A program that uses the API with a token, and what it is told when it is refused."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from httpx import Response

from tests.web.browsing import TestClient
from tests.web.school import SITE, Ids


class Program(TestClient):
    """It holds the token of a person, with all that the role may, or another, or none."""

    def __init__(self, app: FastAPI, ids: Ids, who: str, secret: str | None = None) -> None:
        super().__init__(
            app, base_url=f"{SITE}/api/v1", follow_redirects=False, raise_server_exceptions=False
        )
        if secret is None and who in ids.api_tokens:
            secret = ids.api_tokens[who][1]
        if secret:
            self.headers["Authorization"] = f"Bearer {secret}"

    @classmethod
    def of(cls, app: FastAPI, secret: str) -> Program:
        """A program with that token."""
        made = cls.__new__(cls)
        TestClient.__init__(made, app, base_url=f"{SITE}/api/v1", raise_server_exceptions=False)
        made.headers["Authorization"] = f"Bearer {secret}"
        return made

    def all_of(self, path: str, limit: int) -> list[Any]:
        """A whole list, window after window, by what the body and `Link` say alike."""
        found: list[Any] = []
        answer = self.get(path, params={"limit": limit})
        while True:
            found += answer.json()["items"]
            following = answer.json()["next"]
            if following is None:
                assert "link" not in answer.headers
                return found
            url = answer.links["next"]["url"]
            assert f"after={following}" in url
            answer = self.get(f"{SITE}{url}")


def refused(answer: Response, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer, once it is seen to be that one."""
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["code"]) == (status, code), told
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == status
    assert told["type"] == f"urn:lslpro:problem:{code}"
    assert told["title"]
    assert told["detail"]
    return told


def at_fault(answer: Response, code: str = "invalid_request") -> dict[str, str]:
    """The code of each fault by field, of a request that was refused with 422."""
    return {one["field"]: one["code"] for one in refused(answer, 422, code)["faults"]}
