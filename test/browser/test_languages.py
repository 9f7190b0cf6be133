"""Every page in every language, and back to the same page."""

from case import DeskTest

LANGUAGES = ("en", "hu", "de")


class Languages(DeskTest):
    def test_every_page_can_be_had_in_every_language_and_stays_where_it_is(self):
        for path in self.browser.menu():
            titles = set()
            for language in LANGUAGES:
                with self.subTest(path=path, language=language):
                    self.browser.go(path)
                    self.browser.language(language)
                    self.assertEqual(self.browser.path, path)
                    self.assertEqual(self.browser.one("html").get_attribute("lang"), language)
                    current = self.browser.one(".languages a[aria-current]")
                    self.assertEqual(current.get_attribute("hreflang"), language)
                    self.assertEqual(self.browser.status(), 200)
                    titles.add(self.browser.driver.title)
            self.assertEqual(len(titles), len(LANGUAGES), titles)
        self.browser.language("en")

    def test_a_query_stays_as_it_is(self):
        self.browser.go("/?a=b%26c&d=%C3%A9")
        self.browser.language("de")
        self.assertEqual(self.browser.path, "/?a=b%26c&d=%C3%A9")
        self.browser.language("en")

    def test_the_words_of_a_page_are_all_of_its_language(self):
        """The menu has no two entries of the same name, and none is left in English."""
        names = {}
        for language in LANGUAGES:
            self.browser.go("/")
            self.browser.language(language)
            names[language] = [link.text for link in self.browser.all("header nav a")]
            self.assertEqual(len(set(names[language])), len(names[language]))
        for english, hungarian, german in zip(*names.values()):
            self.assertNotEqual(english, hungarian)
            self.assertNotEqual(english, german)
        self.browser.language("en")


class Hungarian(DeskTest):
    account = None
    browser_language = "hu"

    def test_a_browser_that_asks_for_a_language_gets_it(self):
        self.browser.go("/")
        self.assertEqual(self.browser.one("html").get_attribute("lang"), "hu")
        self.assertEqual(self.browser.text("h1"), "Bejelentkezés")
