"""Every page that there is to look at, by a name: those of the menu, and what their forms lead to."""

import datetime


def of_menu(browser):
    browser.go("/")
    return {path.strip("/").replace("/", "-") or "overview": path for path in browser.menu()}


def of_forms(test):
    """Their paths, after each form was sent once."""
    browser = test.browser
    menu = of_menu(browser).values()
    pages = {}
    if "/look-up" in menu:
        test.look_up("someone@example.org", "C-pages", history=True)
        pages["look-up-erased"] = browser.path
        browser.choose("format", "pdf")
        browser.press("main form button")
        pages["certificate-made"] = browser.path
        test.look_up("other@example.com", "C-pages", history=False)
        pages["look-up-living"] = browser.path
        test.look_up("nobody@example.org", "C-pages", history=True)
        pages["look-up-nobody"] = browser.path
        pages["certificate"] = "/certificate"
    if "/reports" in menu:
        make_report(browser, "pdf", "en")
        pages["reports-made"] = browser.path
    if "/seals" in menu:
        browser.go("/seals")
        browser.press()
        test.wait_for_result()
        pages["seals-verified"] = browser.path
    if "/residue" in menu:
        browser.go("/residue")
        browser.type("address", "person60@example.net")
        browser.press()
        test.wait_for_result()
        pages["residue-found"] = browser.path
    if "/register" in menu:
        browser.go("/register")
        links = [link.get_attribute("href") for link in browser.all("main table tbody a")]
        pages["register-entry"] = links[0].removeprefix(browser.url)
    pages["not-there"] = "/not-there"
    return pages


def every(test):
    return {**of_menu(test.browser), **of_forms(test)}


def make_report(browser, file_format, language):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    browser.go("/reports")
    browser.type("from", (today - datetime.timedelta(days=365)).isoformat())
    browser.type("to", (today + datetime.timedelta(days=1)).isoformat())
    browser.choose("format", file_format)
    browser.choose("language", language)
    browser.press()
