"""A rush: families before their filled-in forms, the server as it runs, and how fast it answers."""

import dataclasses
import http.client
import os
import queue
import secrets
import statistics
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode

from tests.entries import EntryClient
from tests.faults.service import AWAY, HOST, Service
from tests.journeys.demonstration import free_port

# A point is dropped where the machine was slower than this, in times of the best seen.
MOST_NOISE = 1.5
LOOP = 2_000_000


class Bench(Service):
    """Beside the public entry and the worker the floors, each as many processes as the entry."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ports = {"public": self.port}

    def start_floor(self, name: str, settings_module: str) -> None:
        self.ports[name] = free_port()
        environment = self._environment("public") | {"DJANGO_SETTINGS_MODULE": settings_module}
        self._start(name, self.granian(self.ports[name]), environment)
        self.wait_until(lambda: self.answers(name), 90)

    def answers(self, name: str) -> bool:
        connected = self.connected(name)
        try:
            return Post("/healthz", "", {}).send(connected, method="GET")[0] == 200
        except AWAY:
            return False
        finally:
            connected.close()

    def connected(self, name: str) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=60)

    def worked(self, name: str) -> float:
        """Seconds of the processors so far: of what answers, and of the whole database."""
        server = int((self.server.data / "postmaster.pid").read_text().splitlines()[0])
        return sum(_cpu_seconds(pid) for pid in (self.running[name].pid, server))

    def memory(self, name: str) -> float:
        """MiB of the processes that answer, what they share counted once."""
        parent = self.running[name].pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return sum(_proportional_kib(int(pid)) for pid in (parent, *children)) / 1024


def _cpu_seconds(pid: int) -> float:
    """Of a process and its children, those that are over included."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    ticks = sum(_ticks(pid)) + sum(sum(_ticks(int(child))[:2]) for child in children)
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> list[int]:
    """utime, stime, cutime and cstime; nothing of one that is over by now."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return [0]
    return [int(each) for each in stat.rpartition(")")[2].split()[11:15]]


def _proportional_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise LookupError(pid)


@dataclasses.dataclass
class Post:
    """A form that is filled in: made before the clock runs."""

    path: str
    cookies: str
    form: dict[str, object]

    def send(self, connected: http.client.HTTPConnection, method: str = "POST") -> tuple[int, str]:
        """Status, and where it leads."""
        headers = {
            "Host": HOST, "Cookie": self.cookies, "Accept-Language": "ja",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        connected.request(method, self.path, urlencode(self.form), headers)
        answer = connected.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")


class Parent:
    """Signed in, with the form for one child."""

    def __init__(self, user: object, form: dict[str, object]) -> None:
        session = EntryClient("public").log_in(user).cookies["azukari"].value
        self.token = secrets.token_hex(16)
        self.cookies = f"azukari={session}; azukari-csrf={self.token}"
        self.form = form

    def post(self, path: str, **form: object) -> Post:
        fresh = {"key": uuid.uuid4(), "csrfmiddlewaretoken": self.token}
        return Post(path, self.cookies, self.form | fresh | form)


@dataclasses.dataclass
class Round:
    """What a crowd was answered: `won` and `lost` in seconds each, `seconds` for all of them."""

    seconds: float
    won: list[float]
    lost: list[float]
    others: Counter[int]
    noise: float
    # Seconds of the processors for one request, in the entry's processes and in the database.
    work: float

    @property
    def rate(self) -> float:
        return (len(self.won) + len(self.lost)) / self.seconds


def crowd(bench: Bench, name: str, posts: Sequence[Post], clients: int) -> Round:
    """Send all of them, so many at a time."""
    before, worked = calibrate(), bench.worked(name)
    waiting: queue.SimpleQueue[Post] = queue.SimpleQueue()
    for post in posts:
        waiting.put(post)
    found: list[tuple[int, float]] = []
    ready = threading.Barrier(clients + 1)

    def run() -> None:
        connected = bench.connected(name)
        connected.connect()
        ready.wait()
        while True:
            try:
                post = waiting.get_nowait()
            except queue.Empty:
                break
            began = time.perf_counter()
            status, _location = post.send(connected)
            found.append((status, time.perf_counter() - began))
        connected.close()

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return Round(
        seconds=seconds,
        won=[took for status, took in found if status == 302],
        lost=[took for status, took in found if status == 200],
        others=Counter(status for status, _took in found if status not in (200, 302)),
        noise=max(before, calibrate()),
        work=(bench.worked(name) - worked) / len(posts),
    )


def calibrate() -> float:
    """Seconds of a loop that does nothing: how fast the machine is just now."""
    began = time.perf_counter()
    for _ in range(LOOP):
        pass
    return time.perf_counter() - began


def interleaved(rounds: int, points: dict[str, Callable[[], Round]]) -> dict[str, list[Round]]:
    """Each point in each round by turns."""
    found: dict[str, list[Round]] = {name: [] for name in points}
    for _ in range(rounds):
        for name, point in points.items():
            found[name].append(point())
    return found


def calm(found: dict[str, list[Round]]) -> dict[str, list[Round]]:
    """Without the rounds that the machine spoiled."""
    best = min(each.noise for made in found.values() for each in made)
    return {
        name: [each for each in made if each.noise <= MOST_NOISE * best]
        for name, made in found.items()
    }


def work(made: list[Round]) -> float:
    """Milliseconds of the processors for one request."""
    return 1000 * statistics.median(each.work for each in made)


def rate(made: list[Round]) -> float:
    return statistics.median(each.rate for each in made)


def percentile(seconds: Sequence[float], share: float) -> float:
    """In milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def row(name: str, made: list[Round], **values: object) -> str:
    """One line of the table: medians of the rounds."""
    won = [took for each in made for took in each.won]
    all_of_them = won + [took for each in made for took in each.lost]
    shown = won or all_of_them
    numbers = [
        f"{rate(made):7.1f}/s", f"{statistics.median(each.seconds for each in made):7.2f} s",
        f"{percentile(shown, 0.5):7.0f}", f"{percentile(shown, 0.95):7.0f}", f"{work(made):7.1f}",
    ]  # fmt: skip
    return f"  {name:34} {' '.join(numbers)}  " + "  ".join(f"{k} {v}" for k, v in values.items())
