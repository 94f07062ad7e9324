"""Faults on request: a small control file, read on every call, decides what goes wrong.

The file holds either one number (milliseconds added to every call) or lines `key=value`:

    latency_ms=500      added to every call
    stall_ms=5000       added to a share of the calls ...
    stall_rate=0.01     ... this large
    fail_rate=0.2       share of the calls refused before anything is done ...
    fail=UNAVAILABLE    ... with this status
    lose_reply_rate=1   share of the calls that are carried out but answered with an error ...
    lose_reply=hang     ... or with silence until the caller gives up (or a status name)
    hold_ms=300         calls keep the store's one lock this long (a slow disk: everyone queues)
    methods=Upsert,Get  only these calls (default: all but HealthCheck)
    seed=7              for the shares above (default 0); the same seed gives the same draws

An absent or empty file means no faults. What fired is counted, so that a test can prove it did.
"""

import collections
import json
import os
import random
import threading
import time

import grpc


class Faults:
    def __init__(self, control_file=None, stats_file=None):
        self.control_file = control_file
        self.stats_file = stats_file
        self.counts = collections.Counter()
        self._lock = threading.Lock()
        self._random = random.Random(0)
        self._seed = "0"
        self._dirty = True
        self._text = None
        self._settings = {}
        if stats_file:
            threading.Thread(target=self._write_stats_forever, daemon=True).start()

    def plan(self, method):
        """The settings that apply to one call, with the random draws made."""
        settings = self._read()
        with self._lock:
            self.counts[f"requests.{method}"] += 1
            self._dirty = True
            wanted = settings.get("methods")
            if not settings or (method not in wanted.split(",") if wanted else method == "HealthCheck"):
                return Plan(self)
            if settings.get("seed", "0") != self._seed:
                self._seed = settings.get("seed", "0")
                self._random = random.Random(int(self._seed))
            draw = self._random.random
            delay = float(settings.get("latency_ms", 0))
            if delay:
                self.counts["faults.latency"] += 1
            if draw() < float(settings.get("stall_rate", 0)):
                delay += float(settings.get("stall_ms", 0))
                self.counts["faults.stall"] += 1
            fail = settings.get("fail", "UNAVAILABLE") if draw() < float(settings.get("fail_rate", 0)) else None
            lose = settings.get("lose_reply", "UNAVAILABLE") if draw() < float(settings.get("lose_reply_rate", 0)) else None
            return Plan(self, delay / 1000, fail, lose, float(settings.get("hold_ms", 0)) / 1000)

    def count(self, name):
        with self._lock:
            self.counts[name] += 1
            self._dirty = True

    def _read(self):
        if not self.control_file:
            return {}
        try:
            with open(self.control_file, encoding="utf-8") as file:
                text = file.read()
        except FileNotFoundError:
            return {}
        with self._lock:
            if text != self._text:
                try:
                    self._settings = parse(text)
                    self._text = text
                except ValueError:
                    pass  # half written: the next call reads it again
            return self._settings

    def write_stats(self):
        with self._lock:
            if not self._dirty or not self.stats_file:
                return
            self._dirty = False
            text = json.dumps(dict(sorted(self.counts.items())), indent=1)
        with open(self.stats_file + ".tmp", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self.stats_file + ".tmp", self.stats_file)

    def _write_stats_forever(self):
        while True:
            time.sleep(0.2)
            try:
                self.write_stats()
            except OSError:
                pass  # a full disk must not end the counting


class Plan:
    """What goes wrong in one call."""

    def __init__(self, faults, delay=0.0, fail=None, lose=None, hold=0.0):
        self.faults, self.delay, self.fail, self.lose, self.hold = faults, delay, fail, lose, hold

    def before(self, context):
        if self.delay:
            time.sleep(self.delay)
        if self.fail:
            self.faults.count("faults.fail")
            context.abort(status(self.fail), "injected fault: refused")

    def inside(self):
        if self.hold:
            self.faults.count("faults.hold")
            time.sleep(self.hold)

    def after(self, context):
        if not self.lose:
            return
        self.faults.count("faults.lose_reply")
        if self.lose == "hang":
            end = time.monotonic() + 120
            while context.is_active() and time.monotonic() < end:
                time.sleep(0.02)
            context.abort(grpc.StatusCode.UNAVAILABLE, "injected fault: reply withheld")
        context.abort(status(self.lose), "injected fault: reply lost")


WORDS = ("methods", "fail", "lose_reply")
NUMBERS = ("latency_ms", "stall_ms", "stall_rate", "fail_rate", "lose_reply_rate", "hold_ms", "seed")


def parse(text):
    """ValueError unless every line is a known setting with a value that fits."""
    text = text.strip()
    if text and "=" not in text:
        text = f"latency_ms={text}"
    settings = {}
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        key, _, value = (part.strip() for part in line.partition("="))
        if key in NUMBERS:
            float(value)
        elif key not in WORDS or not value:
            raise ValueError(f"unknown setting: {line}")
        elif key != "methods" and value != "hang" and not hasattr(grpc.StatusCode, value):
            raise ValueError(f"unknown status: {value}")
        settings[key] = value
    return settings


def status(name):
    return getattr(grpc.StatusCode, name)
