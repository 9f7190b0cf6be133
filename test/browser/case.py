"""What the tests share: one demo, and for each class of tests a browser of its own."""

import unittest

from browser import Browser
from demo import wait_until

demo = None  # set by run.py


class DeskTest(unittest.TestCase):
    account = "officer"
    browser_language = "en"

    @classmethod
    def setUpClass(cls):
        cls.demo = demo
        cls.browser = cls.new_browser(cls.browser_language)
        if cls.account:
            cls.browser.sign_in(cls.account, demo.password)

    @classmethod
    def new_browser(cls, language="en", url=None):
        browser = Browser(url or demo.url, language)
        cls.addClassCleanup(browser.close)
        return browser

    def needs(self, path):
        """Skips where this desk has no such page for this person."""
        self.browser.go("/")
        if path not in self.browser.menu():
            self.skipTest(f"there is no page {path}")

    @classmethod
    def look_up(cls, address, case="C-1", history=True):
        cls.browser.go("/look-up")
        cls.browser.type("address", address)
        cls.browser.type("case", case)
        cls.browser.tick("history", history)
        cls.browser.press()
        cls.wait_for_result()

    @classmethod
    def wait_for_result(cls):
        """Of what runs in the background."""
        wait_until("the end of the work", lambda: not cls.browser.has("main[data-refresh]"), 120)
