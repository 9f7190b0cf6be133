"""Everybody can use the pages: narrow screens, dark rooms, screen readers, paper. Leaves a picture of each page."""

import json
import os
import pathlib
import subprocess
import unittest

import pages
from browser import DESKTOP, PHONE
from case import DeskTest
from demo import SOURCE
from test_languages import LANGUAGES

AXE = os.environ.get("DESK_AXE", "")
needs_axe = unittest.skipUnless(AXE, "SKIPPED: axe-core is not here (test/browser/get-axe.sh)")
PICTURES = SOURCE / "build/browser"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOKS = [("desktop", DESKTOP, "light"), ("desktop", DESKTOP, "dark"), ("phone", PHONE, "light"),
         ("phone", PHONE, "dark")]

# What is neither within the page's width nor in something that scrolls within itself.
TOO_WIDE = """return [...document.querySelectorAll("body *")].filter((e) =>
  e.getBoundingClientRect().right > arguments[0] && !e.closest(".wide *, figure *"))
    .map((e) => e.outerHTML.slice(0, 200))"""

# Words of a usual length of which a part stands in another line.
BROKEN_WORDS = """
  const broken = [];
  for (const cell of document.querySelectorAll("td, th")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      for (const word of texts.currentNode.data.matchAll(/[\\p{L}\\p{N}]{1,20}/gu)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((box) => box.top)).size > 1) broken.push(word[0]);
      }
    }
  }
  return broken;"""


class Looks(DeskTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        PICTURES.mkdir(parents=True, exist_ok=True)
        cls.pages = {"sign-in": "/sign-in", **pages.every(cls)}
        cls.guest = cls.new_browser()

    def on_each_page(self, check):
        """In each language, check(browser, name, language)."""
        for language in LANGUAGES:
            for browser in (self.browser, self.guest):
                browser.go("/")
                browser.language(language)
            for name, path in self.pages.items():
                browser = self.guest if name == "sign-in" else self.browser
                browser.size(DESKTOP)
                browser.colours("light")
                browser.go(path)
                with self.subTest(page=name, language=language):
                    check(browser, name, language)

    def test_pictures(self):
        def take(browser, name, language):
            for size_name, size, scheme in LOOKS:
                if scheme == "dark" and language != "en":
                    continue
                browser.size(size)
                browser.colours(scheme)
                browser.picture(PICTURES / f"{name}-{language}-{size_name}-{scheme}.png")

        self.on_each_page(take)

    def test_a_telephone_shows_every_page_without_scrolling_sideways(self):
        def check(browser, *_):
            browser.size(PHONE)
            # What is too wide makes the whole view wider.
            widest = browser.js("return Math.max(innerWidth, document.documentElement.scrollWidth)")
            self.assertEqual(widest, PHONE[0], "too wide: " + str(browser.js(TOO_WIDE, PHONE[0])))

        self.on_each_page(check)

    def test_letters_of_a_chart_are_large_enough_to_be_read(self):
        self.browser.size(PHONE)
        self.browser.go("/")
        heights = self.browser.js(
            "return [...document.querySelectorAll('figure text')].map((text) => text.getBoundingClientRect().height)")
        self.assertTrue(heights)
        self.assertGreaterEqual(min(heights), 10)

    def test_a_telephone_shows_the_newest_day_of_a_chart(self):
        self.browser.size(PHONE)
        self.browser.go("/")
        left, right = self.browser.js(
            """const bars = [...document.querySelectorAll("figure rect")].map((bar) => bar.getBoundingClientRect());
               return [Math.max(...bars.map((bar) => bar.left)), Math.max(...bars.map((bar) => bar.right))];""")
        self.assertTrue(0 <= left < right <= PHONE[0], (left, right))

    def test_no_word_in_a_table_is_broken_on_a_telephone(self):
        def check(browser, *_):
            browser.size(PHONE)
            self.assertEqual(browser.js(BROKEN_WORDS), [])

        self.on_each_page(check)

    def test_a_box_to_tick_stands_beside_its_label(self):
        for path in ("/look-up", "/residue"):
            self.browser.size(DESKTOP)
            self.browser.go(path)
            for box in self.browser.all("main input[type=checkbox]"):
                label = self.browser.one(f"label[for={box.get_attribute('id')}]")
                self.assertLess(abs(label.rect["y"] - box.rect["y"]), 12)
                self.assertGreater(label.rect["x"], box.rect["x"] + box.rect["width"])

    def test_paper_has_the_page_and_no_menu(self):
        def check(browser, *_):
            file = PICTURES / "paper.pdf"
            file.write_bytes(browser.pdf())
            paper = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True).stdout
            self.assertIn(browser.text("h1"), " ".join(paper.split()))
            lines = [line.strip() for line in paper.splitlines()]
            in_page = browser.text().splitlines()
            for link in browser.all("header nav a, .pages a, .languages a, footer button"):
                self.assertLessEqual(lines.count(link.text), in_page.count(link.text), link.text)

        self.on_each_page(check)

    @needs_axe
    def test_axe_finds_something_where_there_is_something(self):
        self.browser.go("/look-up")  # which does not renew itself
        self.browser.js("document.querySelector('h1').style.color = '#ccc'; document.documentElement.lang = ''")
        self.assertEqual(len(violations(self.browser)), 2)

    @needs_axe
    def test_axe_finds_nothing_in_forms_that_were_refused(self):
        for path in ("/look-up", "/residue", "/certificate", "/reports"):
            self.browser.go(path)
            self.browser.js("document.querySelector('main form').noValidate = true")
            self.browser.press()
            with self.subTest(path=path):
                self.assertEqual(self.browser.status(), 422)
                self.assertEqual(violations(self.browser), [])
        self.guest.go("/sign-in")
        self.guest.type("account", "nobody")
        self.guest.type("password", "wrong")
        self.guest.press()
        self.assertTrue(self.guest.has(".notice"))
        self.assertEqual(violations(self.guest), [])

    @needs_axe
    def test_axe_finds_nothing(self):
        def check(browser, *_):
            for size_name, size, scheme in LOOKS:
                browser.size(size)
                browser.colours(scheme)
                with self.subTest(size=size_name, scheme=scheme):
                    self.assertEqual(violations(browser), [])

        self.on_each_page(check)


def violations(browser):
    if not browser.js("return window.axe !== undefined"):
        browser.js(pathlib.Path(AXE).read_text())
    found = browser.driver.execute_async_script(
        """const done = arguments[1];
           axe.run(document, {runOnly: {type: "tag", values: arguments[0]}}).then((r) => done(r.violations));""",
        RULES)
    return [f"{one['id']}: {one['help']}: " + json.dumps([n["html"][:300] for n in one["nodes"][:3]])
            for one in found]
