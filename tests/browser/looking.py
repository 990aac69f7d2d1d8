"""What is wrong with a page as a browser shows it."""

from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

AXE = Axe()
CHEAP = {"preload": False, "resultTypes": ["violations"]}
TOO_WIDE = """() => {
  const edge = document.documentElement.clientWidth + 0.5;
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const all = [...document.querySelectorAll("body *")];
  const beyond = all.filter((one) => one.getBoundingClientRect().right > edge);
  return ["scrolls sideways", ...beyond.slice(0, 5).map((one) => `${one.tagName}.${one.className}`)];
}"""


@dataclass
class Complaints:
    """What the browser's console said of a page: scripts that failed, things that the policy refused."""

    said: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen from now on."""
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that is itself an error answers 4xx, which Chromium notes.
        if message.type == "error" and "status of 4" not in message.text:
            self.said.append(message.text)


def too_wide(page: Page) -> list[str]:
    """What sticks out on the right, if the page scrolls sideways."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return found


def hard_to_use(page: Page, *rules: str) -> list[str]:
    """What axe finds, by these rules or by all: rule, first element, and what is wrong with it."""
    wanted = {"runOnly": list(rules)} if rules else {}
    found = AXE.run(page, options=CHEAP | wanted).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']} {one['nodes'][0]['failureSummary']}" for one in found]
