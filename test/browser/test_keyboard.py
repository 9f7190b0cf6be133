"""Without a mouse: what has the focus can be seen, and everything is reached by Tab and pressed with Enter."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from case import DeskTest
from demo import wait_until

TABS_MAX = 200  # a list has fifty links


class Keyboard(DeskTest):
    account = None

    def press_key(self, *keys):
        ActionChains(self.browser.driver).send_keys(*keys).perform()

    def focused(self):
        return self.browser.driver.switch_to.active_element

    def tab_to(self, what, is_it):
        """Presses Tab until it is reached; whatever has the focus on the way can be seen."""
        for _ in range(TABS_MAX):
            self.press_key(Keys.TAB)
            element = self.focused()
            self.assert_seen(element)
            if is_it(element):
                return
        self.fail(f"Tab does not lead to {what}")

    def tab_to_field(self, name):
        self.tab_to(name, lambda element: element.get_attribute("name") == name)

    def tab_to_button(self):
        self.tab_to("the button", lambda element: element.tag_name == "button")

    def assert_seen(self, element):
        outline, width = self.browser.js(
            """const style = getComputedStyle(arguments[0]);
               return [style.outlineStyle, parseFloat(style.outlineWidth)];""", element)
        where = self.browser.js(
            """const box = arguments[0].getBoundingClientRect();
               return box.left >= 0 && box.top >= 0 && box.right <= innerWidth + 1 && box.width > 0;""", element)
        self.assertTrue(outline != "none" and width >= 2 and where, element.get_attribute("outerHTML"))

    def enter(self):
        before = self.browser.one("html")
        self.press_key(Keys.ENTER)
        self.browser.wait_for_another_page(before)

    def sign_in_by_keyboard(self):
        self.browser.driver.delete_all_cookies()
        self.browser.go("/sign-in")
        self.tab_to_field("account")
        self.press_key("officer")
        self.tab_to_field("password")
        self.press_key(self.demo.password, Keys.ENTER)
        wait_until("the first page", lambda: self.browser.has("header nav"))

    def test_signing_in_and_looking_somebody_up(self):
        self.sign_in_by_keyboard()
        self.needs("/look-up")
        self.browser.go("/")
        self.tab_to("the look-up", lambda element: (element.get_attribute("href") or "").endswith("/look-up"))
        self.enter()
        self.tab_to_field("address")
        self.press_key("someone@example.org")
        self.tab_to_field("case")
        self.press_key("C-keyboard")
        self.tab_to_button()
        self.enter()
        self.wait_for_result()
        self.assertIn("Contact 1", self.browser.text())

    def test_the_first_tab_offers_to_skip_the_menu(self):
        self.sign_in_by_keyboard()
        self.browser.go("/")
        self.press_key(Keys.TAB)
        self.assertIn("skip", self.focused().get_attribute("class"))
        self.assert_seen(self.focused())
        self.press_key(Keys.ENTER)
        wait_until("the focus in the content", lambda: self.focused().get_attribute("id") == "content")
        self.press_key(Keys.TAB)
        self.assertTrue(self.browser.js("return !document.activeElement.closest('header')"), "the menu is behind")

    def test_every_part_of_every_page_that_can_be_used_shows_that_it_has_the_focus(self):
        self.sign_in_by_keyboard()
        for path in self.browser.menu():
            with self.subTest(path=path):
                self.browser.go(path)
                self.tab_to("the last language", lambda element: element.get_attribute("hreflang") == "de")
