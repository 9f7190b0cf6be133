"""Whatever stands in the database, pages show it as text. Some of it comes from people on the internet."""

import itertools

import pages
from case import DeskTest

SCRIPT = "<script>alert(1)</script>"
PICTURE = "<img src=x onerror=alert(2)>"
BROKEN_OUT = "\"'><svg onload=alert(3)>"
WORDS = (SCRIPT, PICTURE, BROKEN_OUT)
HOLD = "hold " + SCRIPT


class HostileWords(DeskTest):
    """As fields, tags, tables and columns are named, and as cases and reasons are given."""

    account = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.put_words_into_the_database()
        # Tags that hold somebody back are named in the configuration.
        desk = cls.demo.further_desk({("hold", "tags"): f"['{HOLD}', 'legal hold']"})
        cls.browser.url = desk.url
        cls.browser.sign_in("officer", cls.demo.password)

    @classmethod
    def put_words_into_the_database(cls):
        def text(words):
            return "'" + words.replace("'", "''") + "'"

        def name(words):
            return "`" + words.replace("`", "``") + "`"

        cls.tables = [f"our {SCRIPT}", "our " + BROKEN_OUT]
        columns = ", ".join(name(words) + " VARCHAR(200)" for words in WORDS)
        for table in cls.tables:
            cls.demo.sql(f"CREATE TABLE {name(table)} (id INT PRIMARY KEY, contact_id INT, {columns});"
                         f"INSERT INTO {name(table)} VALUES (1, 101, 'hostile@example.org', 'hostile@example.org', '')")
            cls.addClassCleanup(cls.demo.sql, f"DROP TABLE {name(table)}")
        for number, words in enumerate(WORDS):
            cls.demo.sql(
                f"ALTER TABLE leads ADD COLUMN hostile_{number} VARCHAR(191);"
                "INSERT INTO lead_fields (label, alias, type, field_group, object) VALUES "
                f"({text('field ' + words)}, 'hostile_{number}', 'text', {text(words)}, 'lead')")
            cls.addClassCleanup(cls.demo.sql, f"ALTER TABLE leads DROP COLUMN hostile_{number};"
                                f"DELETE FROM lead_fields WHERE alias = 'hostile_{number}'")
        cls.demo.sql(f"INSERT INTO lead_tags (id, tag) VALUES (900, {text(HOLD)});"
                     "INSERT INTO leads (id, is_published, points, date_added, email) "
                     "VALUES (900, 1, 0, NOW(), 'held@example.org');"
                     "INSERT INTO lead_donotcontact (lead_id, date_added, reason, channel, comments) "
                     f"VALUES (900, NOW(), 1, {text(PICTURE)}, {text(SCRIPT)});"
                     "INSERT INTO lead_tags_xref (lead_id, tag_id) VALUES (900, 900)")
        cls.addClassCleanup(cls.demo.sql, "DELETE FROM lead_tags_xref WHERE lead_id = 900;"
                            "DELETE FROM lead_donotcontact WHERE lead_id = 900; DELETE FROM leads WHERE id = 900;"
                            "DELETE FROM lead_tags WHERE id = 900")

    def assert_harmless(self, where):
        injected = self.browser.js(
            """return [...document.querySelectorAll("script, img, svg, iframe, object, embed")]
                 .filter((e) => e.getAttribute("src") !== "/desk.js" && !e.closest("figure")).concat(
                   [...document.querySelectorAll("*")].filter((e) =>
                     [...e.attributes].some((a) => a.name.startsWith("on")))).map((e) => e.outerHTML)""")
        self.assertEqual(injected, [], where)

    def test_no_page_makes_markup_of_words_in_the_database(self):
        shown = ""
        for name, path in pages.of_menu(self.browser).items():
            with self.subTest(page=name):
                self.browser.go(path)
                self.assertEqual(self.browser.status(), 200)
                self.assert_harmless(name)
                shown += self.browser.driver.page_source
        if "/data" in self.browser.menu():
            for table in self.tables:
                self.assertIn(escaped(table), shown)
        if "/holds" in self.browser.menu():
            self.assertIn(escaped(HOLD), shown)

    def test_somebody_held_back_can_be_looked_up(self):
        self.needs("/look-up")
        self.look_up("held@example.org", SCRIPT)
        self.assert_harmless("look-up")
        self.assertIn("Contact 900", self.browser.text())
        self.assertIn(PICTURE, self.browser.text())

    def test_what_an_officer_types_is_shown_as_it_was_typed(self):
        self.needs("/look-up")
        for case, reason in itertools.permutations(WORDS, 2):
            self.browser.go("/look-up")
            self.browser.type("address", "someone@example.org")
            self.browser.type("case", case)
            self.browser.type("reason", reason)
            self.browser.press()
            self.wait_for_result()
            self.assert_harmless("look-up")
            self.assertIn(case, self.browser.text())
            self.assertIn(reason, self.browser.text())
            self.browser.go("/look-ups")
            self.assert_harmless("look-ups")
            self.assertIn(reason, self.browser.text())

    def test_a_field_that_is_shown_again_holds_what_was_typed(self):
        self.needs("/look-up")
        for words in WORDS:
            self.browser.go("/look-up")
            self.browser.js("document.querySelector('main form').noValidate = true")
            self.browser.type("case", words)
            self.browser.press()
            self.assert_harmless("look-up")
            self.assertEqual(self.browser.one("main [name=case]").get_attribute("value"), words)

    def test_tables_and_columns_in_which_something_is_left_are_named(self):
        self.needs("/residue")
        self.browser.go("/residue")
        self.browser.type("address", "hostile@example.org")
        self.browser.press()
        self.wait_for_result()
        self.assert_harmless("residue")
        for table in self.tables:
            for column in (SCRIPT, PICTURE):
                self.assertIn(f"{table}.{column}", self.browser.text())

    def test_paths_and_queries_do_not_come_back_as_markup(self):
        for path in ("/look-up/", "/register/", "/seals/", "/nowhere/", "/?a=", "/register?from=",
                     "/look-ups?before="):
            for words in WORDS:
                self.browser.go(path + words)
                self.assert_harmless(path)


def escaped(words):
    """As a browser writes text of a page."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
