"""A hand at a screen: what it taps and types is counted, for a child is on the other arm."""

from playwright.sync_api import Locator

from tests.journeys.screen import Screen


class Hand:
    def __init__(self, screen: Screen) -> None:
        self.screen, self.page = screen, screen.page
        self.taps = self.keys = 0

    def types(self, label: str, text: str) -> None:
        self.taps += 1
        self.keys += len(text)
        self.page.get_by_label(label).first.fill(text)

    def chooses(self, label: str, value: str) -> None:
        self.taps += 2
        self.page.get_by_label(label).select_option(value)

    def presses(self, text: str) -> None:
        self.taps += 1
        self.screen.press(text)

    def follows(self, text: str) -> None:
        self.taps += 1
        self.screen.follow(text)

    def opens(self, text: str, *, of: Locator) -> None:
        """What is folded away."""
        self.taps += 1
        of.locator("summary", has_text=text).click()

    def taps_on(self, text: str, *, of: Locator) -> None:
        """A button or link of one row, or of what it has unfolded."""
        self.taps += 1
        of.locator("button, a", has_text=text).first.click()
