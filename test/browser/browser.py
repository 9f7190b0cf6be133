"""A browser that notes what it asked for and what it complained about."""

import base64
import json
import os
import re
import shutil
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from demo import wait_until

DESKTOP = (1280, 900)
PHONE = (360, 740)

# Of all browsers together: (URL asked for, console message). What holds for each of them is checked in the end.
asked = []
complaints = []


class Browser:
    def __init__(self, url, language="en"):
        self.url = url
        self.files = tempfile.mkdtemp(prefix="desk-files-")
        options = Options()
        options.binary_location = shutil.which("chromium")
        for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", f"--lang={language}",
                         "--window-size=%d,%d" % DESKTOP, "--force-color-profile=srgb"):
            options.add_argument(argument)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.add_experimental_option("prefs", {"intl.accept_languages": language,
                                                  "download.default_directory": self.files})
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_page_load_timeout(60)

    def close(self):
        self.take_notes()
        self.driver.quit()
        shutil.rmtree(self.files, ignore_errors=True)

    def take_notes(self):
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        complaints.extend(entry["message"] for entry in self.driver.get_log("browser"))

    def cdp(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    # ---- going somewhere

    def go(self, path):
        self.driver.get(self.url + path)

    @property
    def path(self):
        return self.driver.current_url.removeprefix(self.url)

    def sign_in(self, account, password):
        self.go("/sign-in")
        self.type("account", account)
        self.type("password", password)
        self.press()
        assert self.all("header nav a"), "signing in did not work: " + self.text()

    def language(self, code):
        self.click(f".languages a[lang={code}]")

    # ---- looking

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def has(self, selector):
        return bool(self.all(selector))

    def text(self, selector="main"):
        return self.one(selector).text

    def menu(self):
        """Paths of the pages in the menu."""
        return [link.get_attribute("href").removeprefix(self.url) for link in self.all("header nav a")]

    def status(self):
        return self.js("return performance.getEntriesByType('navigation')[0].responseStatus")

    # ---- doing

    def type(self, name, text):
        field = self.one(f"main [name={name}]")
        if field.get_attribute("type") == "date":
            self.js("arguments[0].value = arguments[1]", field, text)
            return
        field.clear()
        field.send_keys(text)

    def choose(self, name, value):
        Select(self.one(f"main select[name={name}]")).select_by_value(value)

    def tick(self, name, wanted):
        box = self.one(f"main input[name={name}]")
        if box.is_selected() != wanted:
            box.click()

    def press(self, selector="main form button"):
        self.click(selector)

    def click(self, selector):
        """And waits for the page that comes of it."""
        before = self.one("html")
        self.one(selector).click()
        self.wait_for_another_page(before)

    def wait_for_another_page(self, before):
        def is_gone():
            try:
                before.tag_name
                return False
            except Exception:  # stale: it belongs to a page that is not there any more
                return self.js("return document.readyState") == "complete"

        wait_until("another page", is_gone, 30)

    def download(self, link):
        """The bytes behind a link, fetched as this person."""
        return base64.b64decode(self.driver.execute_async_script(
            """const done = arguments[1];
               fetch(arguments[0]).then((a) => a.blob()).then((b) => {
                 const reader = new FileReader();
                 reader.onload = () => done(reader.result.split(",")[1] || "");
                 reader.readAsDataURL(b); });""", link))

    # ---- how it looks

    def size(self, size):
        self.cdp("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1,
                 mobile=size == PHONE)

    def colours(self, scheme):
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, file):
        whole = self.cdp("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        file.write_bytes(base64.b64decode(whole))

    def pdf(self):
        return base64.b64decode(self.cdp("Page.printToPDF", printBackground=True)["data"])


def address_in(text):
    """An e-mail address, plain or percent-encoded."""
    return re.search(r"[^\s/=]+(@|%40)[a-z0-9-]+\.[a-z]+", text, re.I)
