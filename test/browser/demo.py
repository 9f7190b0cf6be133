"""The desk that is tested: daemon/demo.sh --desk, in a temporary directory, and further desks beside it."""

import glob
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("MAUTIC_GDPRD", SOURCE / "build/dev/mautic-gdprd"))


def wait_until(what, is_so, seconds=60):
    """Asks again and again, and returns the first answer that is true."""
    end = time.monotonic() + seconds
    while True:
        answer = is_so()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds} seconds")
        time.sleep(0.05)


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


class Desk:
    """One more desk on the demo's database, with other options: {("desk", "idle_timeout"): '"1m"'}."""

    def __init__(self, demo, port, options):
        self.demo = demo
        self.url = f"http://localhost:{port}"
        self.config = demo.work / f"etc/desk-{port}.toml"
        self.log = demo.work / f"desk-{port}.log"
        self.state = demo.work / f"desk-state-{port}"
        text = demo.config.read_text()
        for (section, name), value in {**options, ("desk", "port"): port}.items():
            line = rf"(?ms)(^\[{section}\]$.*?)^#?{name} = [^\n]*"
            text = re.sub(line, lambda found: f"{found[1]}{name} = {value}", text, count=1)
        self.config.write_text(text)
        self.process = None
        self.start()

    def start(self):
        self.state.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "desk", "--config", self.config], stderr=log,
                env={**os.environ, "STATE_DIRECTORY": str(self.state)})
        wait_until("the start of a desk", lambda: answers(self.url + "/healthz"))

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


class Demo:
    def __init__(self):
        # demo.sh makes its directory below this one, so that the tests know it. Sockets have short paths only.
        self.above = pathlib.Path(tempfile.mkdtemp(prefix="desk-"))
        self.above.chmod(0o755)
        self.output = self.above / "demo.log"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [SOURCE / "daemon/demo.sh", "--desk"], stdout=output, stderr=output, start_new_session=True,
                env={**os.environ, "TMPDIR": str(self.above), "MAUTIC_GDPRD": str(PROGRAM)})
        self.desks = []

    def wait(self):
        def password():
            if self.process.poll() is not None:
                raise AssertionError("the demo ended:\n" + self.output.read_text()[-4000:])
            return re.findall(r"(?m)^password: (\S+)$", self.output.read_text())

        self.password = wait_until("the demo", password, 180)[-1]
        self.url = re.findall(r"(?m)^address: +(\S+)/$", self.output.read_text())[-1]
        self.port = int(self.url.rsplit(":", 1)[1])
        self.work = pathlib.Path(glob.glob(str(self.above / "tmp.*"))[0])
        self.config = self.work / "etc/mautic-gdprd.toml"
        self.mautic_url = f"http://localhost:{self.port - 1}"
        return self

    def close(self):
        for desk in self.desks:
            desk.stop()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        shutil.rmtree(self.above, ignore_errors=True)

    def further_desk(self, options=None):
        desk = Desk(self, self.port + 1 + len(self.desks), options or {})
        self.desks.append(desk)
        return desk

    def run(self, *arguments, **options):
        """The program, with the demo's configuration."""
        return subprocess.run([PROGRAM, *arguments, "--config", self.config], capture_output=True, text=True,
                              timeout=120, **options)

    def set_password(self, account, password):
        self.change_account("password", account, password)

    def add_account_with_code(self, account, password):
        """And the secret of its codes."""
        output = self.change_account("add", account, password, "--role", "viewer", "--one-time-code")
        return re.search(r"secret=([A-Z2-7]+)", output)[1]

    def change_account(self, what, account, password, *options):
        file = self.work / "new-password"
        file.touch(0o600)
        file.write_text(password + "\n")
        return subprocess.run([PROGRAM, "desk", "user", what, account, "--password-file", file, "--accounts",
                               self.work / "etc/desk-accounts", *options],
                              check=True, capture_output=True, text=True).stdout

    def sql(self, statements, database="mautic"):
        """Lists of rows, as texts."""
        done = subprocess.run(
            ["mariadb", "--no-defaults", f"--socket={self.work}/socket", "--user=root", "--batch",
             "--skip-column-names", "--default-character-set=utf8mb4", database],
            input=statements, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def count(self, table, where="TRUE"):
        return int(self.sql(f"SELECT COUNT(*) FROM {table} WHERE {where}")[0][0])

    def look_ups(self):
        return self.count("lookups_of_mautic_gdprd.lookup")

    def actions(self, kind):
        return self.count("lookups_of_mautic_gdprd.desk_action", f"kind = '{kind}'")
