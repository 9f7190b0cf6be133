"""A register of several years: every page comes as fast as the first one.

DESK_ROWS says how many records there are (default: 200,000).
"""

import os
import time

from case import DeskTest

ROWS = int(os.environ.get("DESK_ROWS", 200_000))
AT_ONCE = 10_000
FIRST_ID = 10_000_000
PAGES_TURNED = 20
# A page has fifty rows, each of which is looked up in some tables.
ROWS_READ_MAX = 2_000


class Register(DeskTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "/register" not in cls.browser.menu():
            return
        ledger = "mautic_gdprd.erasure"
        columns = [row[0] for row in cls.demo.sql(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'mautic_gdprd' "
            "AND table_name = 'erasure' AND generation_expression IS NULL ORDER BY ordinal_position")]
        moment = "TIMESTAMP('2020-01-01') + INTERVAL {n} * 1000 SECOND"
        other = {"contact_id": f"{FIRST_ID} + {{n}}", "opted_out_at": moment, "requested_at": moment,
                 "erased_at": moment + " + INTERVAL 1 HOUR", "last_pass_at": moment + " + INTERVAL 2 HOUR",
                 "completed_at": moment + " + INTERVAL 2 HOUR",
                 "status": "IF({n} % 1000 = 0, 'partial', 'complete')",
                 "reason": "IF({n} % 3 = 0, 'bounced', 'unsubscribed')"}
        values = ", ".join(other.get(name, f"one.{name}") for name in columns)
        for begin in range(0, ROWS, AT_ONCE):
            cls.demo.sql(f"INSERT INTO {ledger} ({', '.join(columns)}) SELECT " + values.format(n=f"({begin} + seq)") +
                         f" FROM {ledger} one JOIN seq_1_to_{min(AT_ONCE, ROWS - begin)} WHERE one.contact_id = 1")
        cls.addClassCleanup(cls.remove_rows)
        cls.times = []

    @classmethod
    def remove_rows(cls):
        for begin in range(0, ROWS, AT_ONCE):
            cls.demo.sql("DELETE FROM mautic_gdprd.erasure WHERE contact_id BETWEEN "
                         f"{FIRST_ID + begin + 1} AND {FIRST_ID + begin + AT_ONCE}")

    def setUp(self):
        self.needs("/register")

    def ids(self):
        return [int(link.get_attribute("href").rsplit("/", 1)[1])
                for link in self.browser.all("main table tbody th a")]

    def rows_read(self, go):
        """While a page is made, as the server counts; the daemon's own are in it, so the best of three."""
        def counted():
            before = self.rows_of_server()
            begin = time.monotonic()
            go()
            self.times.append((time.monotonic() - begin, self.browser.path))
            return self.rows_of_server() - before

        return min(counted() for _ in range(3))

    def rows_of_server(self):
        return sum(int(row[1]) for row in self.demo.sql(
            "SHOW GLOBAL STATUS WHERE variable_name IN ('Handler_read_next', 'Handler_read_prev', "
            "'Handler_read_rnd_next', 'Handler_read_rnd')"))

    def assert_little_read(self, path):
        read = self.rows_read(lambda: self.browser.go(path))
        self.assertEqual(self.browser.status(), 200)
        self.assertLess(read, ROWS_READ_MAX, path)

    def next_page(self):
        return self.browser.driver.find_element("link text", "Next")

    def test_pages_follow_each_other_and_no_row_is_there_twice(self):
        self.browser.go("/register?from=2020-01-01")
        seen = []
        for _ in range(PAGES_TURNED):
            seen += self.ids()
            before = self.browser.one("html")
            begin = time.monotonic()
            self.next_page().click()
            self.browser.wait_for_another_page(before)
            self.times.append((time.monotonic() - begin, self.browser.path))
        self.assertEqual(len(seen), len(set(seen)))
        self.assertEqual(len(seen), 50 * PAGES_TURNED)
        self.assertEqual([one for one in seen if one > FIRST_ID],
                         sorted((one for one in seen if one > FIRST_ID), reverse=True))

    def test_the_last_pages_cost_what_the_first_one_costs(self):
        self.assert_little_read("/register")
        # Years back; the way there is a day, not thousands of pages.
        self.browser.go("/register?to=2020-02-01")
        self.assertTrue(self.ids())
        deep = self.next_page().get_attribute("href").removeprefix(self.browser.url)
        self.assert_little_read("/register?to=2020-02-01")
        self.assert_little_read(deep)

    def test_every_filter_reads_little_where_there_is_much(self):
        for query in ("status=complete", "reason=bounced", "origin=webhook", "records=current",
                      "from=2021-01-01&to=2021-02-01", "status=complete&reason=unsubscribed&to=2020-06-01"):
            with self.subTest(query=query):
                self.assert_little_read("/register?" + query)

    def test_a_filter_for_what_is_rare_answers(self):
        for query in ("status=partial", "status=held", "status=partial&reason=bounced&from=2020-01-01&to=2020-03-01"):
            with self.subTest(query=query):
                begin = time.monotonic()
                self.browser.go("/register?" + query)
                self.times.append((time.monotonic() - begin, self.browser.path))
                self.assertEqual(self.browser.status(), 200)

    def test_a_filter_stays_while_pages_are_turned(self):
        self.browser.go("/register?reason=bounced")
        before = self.browser.one("html")
        self.next_page().click()
        self.browser.wait_for_another_page(before)
        self.assertIn("reason=bounced", self.browser.path)
        self.assertEqual(self.browser.one("main [name=reason]").get_attribute("value"), "bounced")

    def test_one_record_among_many_is_shown(self):
        self.assert_little_read(f"/register/{FIRST_ID + ROWS // 2}")
        self.assertIn(str(FIRST_ID + ROWS // 2), self.browser.text("h1"))

    def test_the_overview_comes_with_that_many_records(self):
        begin = time.monotonic()
        self.browser.go("/")
        self.times.append((time.monotonic() - begin, "/"))
        self.assertEqual(self.browser.status(), 200)

    @classmethod
    def tearDownClass(cls):
        print(f"\nPages of a register with {ROWS} records:")
        for seconds, path in getattr(cls, "times", []):
            print(f"{1000 * seconds:8.0f} ms  {path}")
