"""The provider and the patient, each with a browser of their own; pages and forms only."""

import time
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import requests

from sandbox.run.browser import BROKEN_LINE, Browser
from sandbox.walk.pages import Form, Page, page_from
from sandbox.walk.report import StepFailed

PATIENCE = 30.0
LOOK_EVERY = 0.25
FOLLOWED = 4


class Person:
    """Somebody with a browser. What a dead app did not answer is asked again for `patience` seconds."""

    def __init__(self, origin: str, patience: float = PATIENCE) -> None:
        self._origin = origin
        self._patience = patience
        self.browser = Browser(patience)

    def open(self, url: str) -> Page:
        """Open a page. Raises StepFailed where nobody answers."""
        try:
            answer = self.browser.get(url)
        except requests.RequestException as error:
            raise StepFailed(f"no answer from {_short(url)}: {type(error).__name__}") from error
        return page_from(answer.url, answer.status_code, answer.text)

    def until(
        self,
        url: str,
        right: Callable[[Page], bool],
        what: str,
        pause: Callable[[], None],
        patience: float | None = None,
    ) -> Page:
        """Look at a page again and again until it is right. Raises StepFailed after so many seconds."""
        deadline = time.monotonic() + (patience or self._patience)
        while True:
            page = self.open(url)
            if right(page):
                return page
            if time.monotonic() > deadline:
                raise StepFailed(f"{what} did not come: {page.described()}, presence {page.presence}")
            pause()

    def act(self, page_url: str, act: str, browser: Browser | None = None) -> requests.Response:
        """Press the button ``act`` on a page; the answer, its redirect not followed.

        A line that breaks is no answer: the page is opened again and the button pressed again, which each of
        these acts allows. Raises StepFailed where the page has no such button.
        """
        deadline = time.monotonic() + self._patience
        while True:
            page = self.open(page_url)
            form = page.form(act)
            if form is None:
                raise StepFailed(f"no form {act} on {page.described()}")
            try:
                return self.send(form, browser)
            except BROKEN_LINE as error:
                if time.monotonic() > deadline:
                    raise StepFailed(f"{act} got no answer") from error
                time.sleep(LOOK_EVERY)

    def send(self, form: Form, browser: Browser | None = None) -> requests.Response:
        """Send a form once. Raises what a broken line raises."""
        if form.method != "post":
            raise StepFailed(f"the form {form.act} is no POST")
        headers = {"Origin": self._origin}
        return (browser or self.browser).post(form.action, form.fields, follow=False, headers=headers)

    def follow_out(self, answer: requests.Response, browser: Browser, acts: tuple[str, ...]) -> str:
        """The address outside the app that an answer leads to, pressing ``acts`` where a page asks for them.

        Raises StepFailed.
        """
        for _ in range(FOLLOWED):
            url = answer.headers.get("Location", "")
            if answer.is_redirect and urlsplit(url).netloc not in ("", urlsplit(answer.url).netloc):
                return url
            if answer.is_redirect:
                answer = browser.get(urljoin(answer.url, url), follow=False)
                continue
            page = page_from(answer.url, answer.status_code, answer.text)
            form = next((found for act in acts if (found := page.form(act))), None)
            if form is None:
                raise StepFailed(f"no way on: {page.described()}")
            answer = self.send(form, browser)
        raise StepFailed("redirected in circles")


def _short(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path[:12]}…"
