"""A page as a person sees it: looked at in several widths, checked by axe, kept as a picture."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

OUTPUT = Path(__file__).resolve().parents[1] / "output" / "journeys"
WIDTHS = (360, 1280)
PHONE = {"width": 360, "height": 740}


class Screen:
    """One browser window of one person."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.axe = Axe()

    def open(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def follow(self, text: str) -> None:
        """Tap the first link of that text."""
        self.page.get_by_role("link", name=text).first.click()

    def press(self, text: str) -> None:
        self.page.get_by_role("button", name=text).first.click()

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label).first.fill(value)

    def main(self) -> Locator:
        return self.page.locator("main").first

    def says(self, text: str) -> bool:
        return text in self.page.inner_text("body")

    def look(self, name: str) -> None:
        """Check the page with axe at both widths and its own, and keep a picture of each."""
        # A tap returns when the next page begins to arrive.
        self.page.wait_for_load_state()
        expect(self.main()).to_be_visible()
        before = self.page.viewport_size
        for width in sorted({*WIDTHS, *([before["width"]] if before else [])}):
            self.page.set_viewport_size({"width": width, "height": 900})
            result = self.axe.run(self.page)
            assert result.violations_count == 0, f"{name} at {width}\n{result.generate_report()}"
            overflow = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow <= 0, f"{name} scrolls sideways by {overflow} px at {width}"
            OUTPUT.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=OUTPUT / f"{name}-{width}.png", full_page=True)
        if before:
            self.page.set_viewport_size(before)
