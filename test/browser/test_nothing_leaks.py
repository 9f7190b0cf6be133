"""After everything else: nothing of it went elsewhere or stayed where it should not."""

import subprocess
import urllib.parse

import browser
from browser import address_in
from case import DeskTest

LOOKED_UP = ["someone@example.org", "other@example.com", "nobody@example.org", "formerly@example.org"]


class NothingLeaks(DeskTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for address in LOOKED_UP:
            if "/look-up" in cls.browser.menu():
                cls.look_up(address, "C-last", history=False)
                cls.browser.go("/")
        cls.browser.take_notes()

    def test_browsers_asked_nobody_but_the_desk(self):
        desks = [self.demo.url] + [desk.url for desk in self.demo.desks]
        elsewhere = {url for url in browser.asked
                     if not url.startswith(("data:", "blob:", "chrome:")) and
                     "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(url)) not in desks}
        self.assertEqual(elsewhere, set())
        self.assertGreater(len(browser.asked), 10)

    def test_no_address_is_in_a_url(self):
        self.assertEqual([url for url in browser.asked if address_in(url)], [])

    def test_browsers_complained_of_nothing_but_refusals_that_were_meant(self):
        meant = ("responded with a status of 403", "responded with a status of 404", "responded with a status of 422",
                 "ERR_CONNECTION_REFUSED", "does not conform to the required format")
        self.assertEqual([line for line in browser.complaints if not any(part in line for part in meant)], [])

    def test_a_browser_keeps_nothing_but_a_session_and_a_language(self):
        kept = self.browser.js("return [Object.keys(localStorage).length, Object.keys(sessionStorage).length]")
        self.assertEqual(kept, [0, 0])
        names = {cookie["name"] for cookie in self.browser.driver.get_cookies()}
        self.assertLessEqual(names, {"__Host-desk-session", "__Host-desk-visitor", "__Host-desk-language"})
        for cookie in self.browser.driver.get_cookies():
            self.assertIsNone(address_in(cookie["value"]))
        self.assertEqual(self.browser.js("return caches.keys().then((keys) => keys.length)"), 0)

    def test_no_log_has_an_address(self):
        for log in [self.demo.work / "desk.log", self.demo.work / "daemon.log",
                    *(desk.log for desk in self.demo.desks)]:
            with self.subTest(log=log.name):
                self.assertTrue(log.read_text())
                self.assertEqual([line for line in log.read_text().splitlines() if "@" in line], [])

    def test_no_table_of_the_logs_has_an_address(self):
        for database in ("lookups_of_mautic_gdprd", "seals_of_mautic_gdprd", "mautic_gdprd"):
            dump = subprocess.run(
                ["mariadb-dump", "--no-defaults", f"--socket={self.demo.work}/socket", "--user=root",
                 "--skip-extended-insert", "--hex-blob", database], capture_output=True, check=True).stdout.lower()
            self.assertIn(b"insert into", dump)
            for address in LOOKED_UP:
                self.assertNotIn(address.encode(), dump)
                self.assertNotIn(address.encode().hex().encode(), dump)
