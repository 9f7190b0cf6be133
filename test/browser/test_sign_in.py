"""Coming in, staying in, going out."""

import base64
import hashlib
import hmac
import re
import struct
import time
import urllib.error
import urllib.request

from case import DeskTest
from demo import wait_until


class SignIn(DeskTest):
    account = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Wrong passwords keep everybody of this machine waiting: at a desk of their own.
        cls.desk = cls.demo.further_desk()
        cls.browser.url = cls.desk.url

    def try_to_sign_in(self, password):
        self.browser.type("account", "officer")
        self.browser.type("password", password)
        self.browser.press()

    def test_whoever_is_not_signed_in_is_asked_to_and_comes_to_the_page_they_asked_for(self):
        self.browser.driver.delete_all_cookies()
        self.browser.go("/?from=elsewhere")
        self.assertEqual(self.browser.status(), 403)
        self.assertFalse(self.browser.has("header nav"))
        self.try_to_sign_in(self.demo.password)
        self.assertEqual(self.browser.path, "/?from=elsewhere")
        self.assertIn("Signed in as officer", self.browser.text("footer"))

    def test_whoever_signs_out_is_out_also_by_the_back_button(self):
        self.browser.driver.delete_all_cookies()
        self.browser.sign_in("officer", self.demo.password)
        session = self.browser.driver.get_cookie("__Host-desk-session")["value"]
        self.browser.click("footer form button")
        self.assertEqual(self.browser.path, "/sign-in")
        self.browser.driver.back()
        wait_until("the page to sign in", lambda: self.browser.has("[name=password]"))
        # Nor for whoever has kept the cookie.
        asking = urllib.request.Request(self.desk.url + "/", headers={"Cookie": "__Host-desk-session=" + session})
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asking)
        self.assertEqual(refused.exception.code, 403)

    def test_the_session_is_a_cookie_that_no_script_reads(self):
        self.browser.driver.delete_all_cookies()
        self.browser.sign_in("officer", self.demo.password)
        cookie = self.browser.driver.get_cookie("__Host-desk-session")
        self.assertTrue(cookie["httpOnly"] and cookie["secure"])
        self.assertEqual(cookie["sameSite"], "Strict")
        self.assertNotIn("desk-session", self.browser.js("return document.cookie"))

    def test_wrong_passwords_are_refused_and_then_have_to_wait(self):
        self.browser.driver.delete_all_cookies()
        self.browser.go("/sign-in")
        refused = self.demo.actions("sign_in_refused")
        self.try_to_sign_in("wrong")
        self.assertIn("Account, password or code is not right.", self.browser.text())
        self.assertEqual(self.browser.one("[name=account]").get_attribute("value"), "officer")
        self.assertEqual(self.browser.one("[name=password]").get_attribute("value"), "")
        self.assertEqual(self.demo.actions("sign_in_refused"), refused + 1)

        def pause():
            self.try_to_sign_in("wrong")
            return int((re.findall(r"Too many attempts\. Try again in (\d+)", self.browser.text()) or [0])[0])

        # One, two, four seconds and so on.
        wait_until("a long pause", lambda: pause() >= 8)
        # The right one has to wait as well: it could have been guessed.
        self.try_to_sign_in(self.demo.password)
        self.assertIn("Too many attempts", self.browser.text())

    def test_an_account_with_a_code_needs_it_and_takes_it_once(self):
        secret = self.demo.add_account_with_code("coded", self.demo.password)
        self.browser.driver.delete_all_cookies()
        self.browser.go("/sign-in")
        right = one_time_code(secret)
        self.assertFalse(self.lets_in(""))
        self.assertFalse(self.lets_in(one_time_code(secret, -100)))
        self.assertTrue(self.lets_in(right))
        self.browser.click("footer form button")
        self.assertFalse(self.lets_in(right), "the same code again")

    def lets_in(self, code):
        self.browser.type("account", "coded")
        self.browser.type("password", self.demo.password)
        self.browser.type("code", code)
        self.browser.press()
        return self.browser.has("header nav")


def one_time_code(secret, steps=0):
    """As an authenticator app shows it (RFC 6238)."""
    step = struct.pack(">Q", int(time.time()) // 30 + steps)
    mac = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    number = struct.unpack(">I", mac[mac[-1] & 15:][:4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
