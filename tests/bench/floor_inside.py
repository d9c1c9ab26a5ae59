"""The floor behind all of the public entry's own middleware: what is asked there of every request.

Beside the floor it tells what of a booking's price is the entry's and what is the booking's.
"""

from azukari.settings.public import *  # noqa: F403

ROOT_URLCONF = "tests.bench.floor_urls"
