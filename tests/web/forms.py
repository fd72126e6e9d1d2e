"""A form as a browser fills it in and sends it, from the page alone."""

from __future__ import annotations

from collections.abc import Mapping

from httpx import Response
from lxml import html

from tests.web.browsing import Browser


class Form:
    """A form of a page: what it would send, what is typed in it."""

    def __init__(self, browser: Browser, answer: Response, form_id: str) -> None:
        self.browser, self.page = browser, html.fromstring(answer.text)
        (self.form,) = self.page.xpath(f"//form[@id='{form_id}']")
        for area in self.form.xpath(".//textarea"):  # as browsers do, and libxml2 does not
            area.text = (area.text or "").removeprefix("\n")

    def __setitem__(self, name: str, value: str) -> None:
        """Type, choose or tick."""
        assert name in self.form.fields, name
        kind = self.form.inputs[name]
        if hasattr(kind, "type") and kind.type == "checkbox":
            kind.checked = bool(value)
        else:
            self.form.fields[name] = value

    def __getitem__(self, name: str) -> str | None:
        """What an input shows."""
        return self.form.fields[name]

    def tick(self, name: str, value: str) -> None:
        """Tick one of several boxes, or choose a radio, of that name and value."""
        (box,) = self.form.xpath(f".//input[@name='{name}'][@value='{value}']")
        if box.get("type") == "radio":
            for other in self.form.xpath(f".//input[@name='{name}']"):
                other.attrib.pop("checked", None)
        box.set("checked", "checked")

    def send(
        self, button: str = "", raw: Mapping[str, str] | None = None, **typed: str
    ) -> Response:
        """Send it, with the button of that name; `raw` holds what no parser of pages takes."""
        for name, value in typed.items():
            self[name] = value
        sent: dict[str, list[str]] = {}
        for one in self.form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
            if one.get("type") not in {"radio", "checkbox"} or one.get("checked") is not None:
                value = one.get("value") if one.tag == "input" else one.value
                sent.setdefault(one.get("name"), []).append(value or "")
        sent |= {name: [value] for name, value in (raw or {}).items()}
        if button:
            (pressed,) = self.form.xpath(f".//button[@name='{button}']")
            sent[button] = [pressed.get("value")]
        return self.browser.post(self.form.get("action"), data=sent)


def booklet(browser: Browser, booklet_id: int) -> Form:
    """The page of a booklet."""
    answer = browser.get(f"/livrets/{booklet_id}")
    assert answer.status_code == 200, answer.status_code
    return Form(browser, answer, "livret")


def given_back(browser: Browser, answer: Response, form_id: str = "livret") -> Form:
    """The form that an answer shows again."""
    return Form(browser, answer, form_id)


def texts(form: Form, path: str) -> list[str]:
    """The texts of the elements a path finds in the page."""
    return [" ".join(one.text_content().split()) for one in form.page.xpath(path)]
