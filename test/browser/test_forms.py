"""What browsers do to forms: a second click, the back button, a second tab, a reload, a session that has ended."""

from selenium.webdriver.common.action_chains import ActionChains

from case import DeskTest
from demo import wait_until


class Forms(DeskTest):
    def setUp(self):
        self.needs("/look-up")
        self.before = self.demo.look_ups()

    def fill(self, browser, case):
        browser.go("/look-up")
        browser.type("address", "someone@example.org")
        browser.type("case", case)
        browser.tick("history", False)

    def assert_logged(self, case, times=1):
        self.assertEqual(self.demo.look_ups(), self.before + times)
        self.assertEqual(self.demo.count("lookups_of_mautic_gdprd.lookup", f"case_reference = '{case}'"), times)

    def click_twice(self, case):
        self.fill(self.browser, case)
        before = self.browser.one("html")
        ActionChains(self.browser.driver).double_click(self.browser.one("main form button")).perform()
        self.browser.wait_for_another_page(before)
        wait_until("the answer", lambda: self.browser.path.startswith("/look-up/"))
        self.assert_logged(case)

    def test_a_double_click_asks_once(self):
        self.click_twice("C-double")

    def test_a_double_click_without_scripts_asks_once(self):
        self.browser.cdp("Emulation.setScriptExecutionDisabled", value=True)
        try:
            self.click_twice("C-no-scripts")
        finally:
            self.browser.cdp("Emulation.setScriptExecutionDisabled", value=False)

    def test_a_reload_of_the_answer_asks_nothing(self):
        self.fill(self.browser, "C-reload")
        self.browser.press()
        answer = self.browser.path
        self.browser.driver.refresh()
        self.assertEqual(self.browser.path, answer)
        self.assertEqual(self.browser.status(), 200)
        self.assert_logged("C-reload")

    def test_back_and_sent_again_is_the_same_answer(self):
        self.fill(self.browser, "C-back")
        self.browser.press()
        answer = self.browser.path
        self.browser.driver.back()
        wait_until("the form", lambda: self.browser.has("main [name=address]"))
        self.browser.driver.forward()
        wait_until("the answer", lambda: self.browser.path == answer)
        self.assert_logged("C-back")

    def test_two_tabs_are_two_questions(self):
        driver = self.browser.driver
        first = driver.current_window_handle
        self.fill(self.browser, "C-first")
        driver.switch_to.new_window("tab")
        self.fill(self.browser, "C-second")
        self.browser.press()
        second_answer = self.browser.path
        driver.close()
        driver.switch_to.window(first)
        self.browser.press()
        self.assertNotEqual(self.browser.path, second_answer)
        self.assertIn("C-first", self.browser.text())
        self.assertEqual(self.demo.look_ups(), self.before + 2)

    def test_what_is_wrong_stays_in_the_form_and_is_told_with_the_field(self):
        self.browser.go("/look-up")
        self.browser.js("document.querySelector('main form').noValidate = true")
        self.browser.type("case", "C-wrong")
        self.browser.press()
        self.assertEqual(self.browser.status(), 422)
        field = self.browser.one("main [name=address]")
        self.assertEqual(field.get_attribute("aria-invalid"), "true")
        self.assertIn("address-error", field.get_attribute("aria-describedby"))
        self.assertEqual(self.browser.one("main [name=case]").get_attribute("value"), "C-wrong")
        self.assertEqual(self.demo.look_ups(), self.before)


class Ended(DeskTest):
    """Sessions are in the desk's memory, so that a restart ends them as time does."""

    account = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.demo.further_desk({("desk", "idle_timeout"): '"1m"'})
        cls.browser.url = cls.desk.url
        cls.browser.sign_in("officer", cls.demo.password)

    def sign_in_again(self):
        self.browser.type("account", "officer")
        self.browser.type("password", self.demo.password)
        self.browser.press()

    def test_what_was_entered_is_there_after_signing_in_again(self):
        self.needs("/look-up")
        before = self.demo.look_ups()
        self.browser.go("/look-up")
        self.browser.type("address", "someone@example.org")
        self.browser.type("case", "C-ended")
        self.browser.tick("history", False)
        self.desk.stop()
        self.desk.start()
        self.browser.press()
        self.assertEqual(self.browser.status(), 403)
        self.assertIn("Your session has ended", self.browser.text())
        self.sign_in_again()
        self.assertIn("The form was too old", self.browser.text())
        self.assertEqual(self.browser.one("main [name=case]").get_attribute("value"), "C-ended")
        self.assertEqual(self.browser.one("main [name=address]").get_attribute("value"), "someone@example.org")
        # Nothing is done behind somebody's back: they send it themselves.
        self.assertEqual(self.demo.look_ups(), before)

    def test_whoever_gets_another_password_is_out(self):
        self.browser.go("/")
        self.assertTrue(self.browser.has("header nav"))
        self.demo.set_password("officer", self.demo.password)
        self.browser.go("/")
        self.assertIn("Your session has ended", self.browser.text())
        self.sign_in_again()
        self.assertTrue(self.browser.has("header nav"))
