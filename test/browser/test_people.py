"""Look-ups, and the certificates that come of them."""

import json
import re
import subprocess

from case import DeskTest
from demo import PROGRAM
from test_languages import LANGUAGES


class People(DeskTest):
    def setUp(self):
        self.needs("/look-up")

    def issue(self, file_format, language="en"):
        """The bytes of a certificate about who was just looked up."""
        self.browser.choose("format", file_format)
        self.browser.choose("language", language)
        self.browser.press()
        self.assertTrue(self.browser.path.startswith("/certificate/"), self.browser.path)
        return self.browser.download(self.browser.one("main p a").get_attribute("href"))

    def verify(self, name, certificate):
        file = self.demo.work / name
        file.write_bytes(certificate)
        key = self.demo.sql("SELECT public_key FROM seals_of_mautic_gdprd.signing_key")
        return subprocess.run([PROGRAM, "certificate", "verify", file, "--public-key", key[0][0]],
                              capture_output=True, text=True)

    def text_of(self, certificate):
        return subprocess.run(["pdftotext", "-layout", "-", "-"], input=certificate, capture_output=True,
                              check=True).stdout.decode()

    def test_somebody_who_was_erased_is_found_and_the_address_is_not_shown(self):
        for address in ("someone@example.org", "SOMEONE@Example.ORG", "formerly@example.org"):
            with self.subTest(address=address):
                self.look_up(address)
                self.assertIn("Contact 1", self.browser.text())
                self.assertIn("complete", self.browser.text())
                self.assertNotIn("@", self.browser.text())

    def test_somebody_living_is_found_and_nothing_is_erased(self):
        self.look_up("other@example.com", history=False)
        self.assertIn("Contact 2", self.browser.text())
        self.assertIn("In Mautic since", self.browser.text())
        self.assertNotIn("Rows changed", self.browser.text())

    def test_nobody_is_not_found(self):
        self.look_up("nobody@example.org")
        self.assertIn("Nothing found", self.browser.text())
        self.assertFalse(self.browser.has("main h2"))

    def test_a_certificate_on_paper_says_what_was_done_in_each_language(self):
        self.look_up("someone@example.org", "C-paper")
        answer = self.browser.path
        for language in LANGUAGES:
            with self.subTest(language=language):
                self.browser.go(answer)
                certificate = self.issue("pdf", language)
                self.assertTrue(certificate.startswith(b"%PDF-"))
                text = self.text_of(certificate)
                self.assertIn(re.search("[0-9a-f]{16}", self.browser.text())[0], text)
                self.assertIn("C-paper", text)
                self.assertNotIn("@", text)
                self.assertEqual(self.verify("certificate.pdf", certificate).returncode, 0)

    def test_what_was_made_is_told_in_the_language_of_whoever_looks_at_it_later(self):
        self.look_up("someone@example.org", "C-languages")
        self.issue("pdf")
        told = set()
        for language in LANGUAGES:
            self.browser.language(language)
            told.update(line for line in self.browser.text(".notice").splitlines())
        self.browser.language("en")
        self.assertEqual(len(told), 2 * len(LANGUAGES), told)

    def test_a_certificate_for_programs_is_authentic_until_it_is_changed(self):
        self.look_up("someone@example.org", "C-json")
        certificate = self.issue("json")
        self.assertIn("C-json", json.dumps(json.loads(certificate)))
        done = self.verify("certificate.json", certificate)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.verify("changed.json", certificate.replace(b"C-json", b"C-jsom")).returncode, 3)

    def test_that_nobody_was_found_is_certified_too(self):
        self.look_up("nobody@example.org", "C-nobody")
        self.assertTrue(self.issue("pdf").startswith(b"%PDF-"))

    def test_every_certificate_is_in_the_log_of_what_the_desk_did(self):
        before = self.demo.actions("certificate")
        self.look_up("someone@example.org", "C-logged")
        self.issue("pdf")
        self.assertEqual(self.demo.actions("certificate"), before + 1)

    def test_whoever_may_only_look_cannot_look_people_up(self):
        viewer = self.new_browser()
        viewer.sign_in("viewer", self.demo.password)
        self.assertNotIn("/look-up", viewer.menu())
        for path in ("/look-up", "/certificate", "/residue"):
            viewer.go(path)
            self.assertEqual(viewer.status(), 403, path)
            self.assertFalse(viewer.has("main form"), path)
