"""What takes its time, and what is taken away as a file: searches for residue, verified seals, reports."""

import csv
import io
import json

import pages
from case import DeskTest
from demo import wait_until
from test_languages import LANGUAGES

ROWS_AT_ONCE = 20_000


class Residue(DeskTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # So much text that the search is not over before anybody could look.
        cls.demo.sql("CREATE TABLE our_archive (id INT AUTO_INCREMENT PRIMARY KEY, said TEXT)")
        for _ in range(10):
            cls.demo.sql("INSERT INTO our_archive (said) SELECT CONCAT('number ', seq, REPEAT(' and so on', 20)) "
                         f"FROM seq_1_to_{ROWS_AT_ONCE}")
        cls.addClassCleanup(cls.demo.sql, "DROP TABLE our_archive")

    def setUp(self):
        self.needs("/residue")

    def begin(self, address, values=""):
        self.browser.go("/residue")
        self.browser.type("address", address)
        if values:
            self.browser.type("values", values)
        self.browser.press()
        self.assertTrue(self.browser.has("main[data-refresh]"), self.browser.text())

    def progress(self):
        """As it is shown: how far, in which table, since when. Nothing after the end."""
        return self.browser.js("return (document.querySelector('[data-live=progress]') || {}).innerText")

    def test_progress_is_shown_in_place_and_the_result_by_itself(self):
        self.begin("person60@example.net", "Firstname Lastname\nnobody-of-that-name")
        path = self.browser.path
        seen = set()

        def has_ended():
            seen.add(self.progress())
            return not self.browser.has("main[data-refresh]")

        wait_until("the end of the search", has_ended, 120)
        self.assertGreater(len(seen - {None}), 1)
        self.assertRegex(" ".join(seen - {None}), r"\d+ %")
        self.assertEqual(self.browser.path, path)
        self.assertIn("mautic.leads.email", self.browser.text())

    def test_progress_is_shown_to_whoever_has_the_button_in_focus_and_leaves_it_there(self):
        self.begin("person64@example.net")
        button = self.browser.one("main button")
        self.browser.js("arguments[0].focus()", button)
        before = self.progress()
        wait_until("progress", lambda: self.progress() != before)
        self.assertEqual(self.browser.driver.switch_to.active_element, button)
        self.browser.press()
        self.wait_for_result()

    def test_a_search_can_be_cancelled_and_says_so(self):
        before = self.demo.actions("residue_search_cancelled")
        self.begin("person61@example.net")
        self.browser.press()
        self.wait_for_result()
        self.assertIn("cancelled", self.browser.text().lower())
        self.assertEqual(self.demo.actions("residue_search_cancelled"), before + 1)

    def test_a_second_search_has_to_wait_and_is_told_of_the_first(self):
        self.begin("person62@example.net")
        running = self.browser.path
        self.browser.go("/residue")
        self.assertIn("officer", self.browser.text(".notice"))
        self.browser.go(running)
        self.browser.press()
        self.wait_for_result()

    def test_the_values_searched_for_are_not_shown_again(self):
        self.browser.go("/residue")
        self.browser.type("address", "person63@example.net")
        self.browser.type("values", "x\nSome Long Value")
        self.browser.press()
        self.assertEqual(self.browser.status(), 422)
        self.assertNotIn("Some Long Value", self.browser.driver.page_source)
        self.assertNotIn("person63", self.browser.driver.page_source)


class Seals(DeskTest):
    def verified(self):
        self.browser.go("/seals")
        self.browser.press()
        self.wait_for_result()
        return self.browser.text()

    def test_seals_agree_until_somebody_changes_what_was_sealed(self):
        self.needs("/seals")
        self.assertIn("Everything agrees", self.verified())
        self.demo.sql("UPDATE mautic_gdprd.erasure SET rows_changed = rows_changed + 1 WHERE contact_id = 1")
        try:
            text = self.verified()
            self.assertIn("Findings: 1", text)
            self.assertIn("erasure 1", text)
        finally:
            self.demo.sql("UPDATE mautic_gdprd.erasure SET rows_changed = rows_changed - 1 WHERE contact_id = 1")
        self.assertIn("Everything agrees", self.verified())


class Reports(DeskTest):
    def setUp(self):
        self.needs("/reports")

    def report(self, file_format, language):
        pages.make_report(self.browser, file_format, language)
        return self.browser.download(self.browser.one("main p a").get_attribute("href"))

    def test_a_report_can_be_had_in_every_language_and_format(self):
        headings = set()
        for language in LANGUAGES:
            with self.subTest(language=language):
                self.assertTrue(self.report("pdf", language).startswith(b"%PDF-"))
                page = self.report("html", language).decode()
                self.assertIn(f'lang="{language}"', page)
                headings.add(page.split("<h1>")[1].split("</h1>")[0])
                self.assertGreater(len(list(csv.reader(io.StringIO(self.report("csv", language).decode())))), 3)
                json.loads(self.report("json", language))
        self.assertEqual(len(headings), len(LANGUAGES))

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        self.browser.go("/reports")
        self.browser.type("from", "2026-02-01")
        self.browser.type("to", "2026-01-01")
        self.browser.press()
        self.assertEqual(self.browser.status(), 422)
        self.assertTrue(self.browser.has("main [aria-invalid=true]"))
