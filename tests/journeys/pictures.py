"""The pictures of the carers' manual, from those that the journeys have just kept.

`make journeys && .venv/bin/python -m tests.journeys.pictures`
"""

from PIL import Image

from tests.journeys.demonstration import ROOT
from tests.journeys.screen import OUTPUT

FOLDER = ROOT / "site/docs/img/staff"
# As seen on a tablet; how much of the page, in px from its top.
PICTURES = {
    "list": ("81-tablet-list-768", 1500),
    "card": ("82-tablet-read-768", 1700),
    "meal": ("84-tablet-meal-again-768", 1500),
    "takeover": ("85-tablet-takeover-768", 900),
    "late": ("87-tablet-late-768", 1300),
    "incident": ("90-tablet-incident-768", 1500),
    "nap": ("91-tablet-nap-768", 1000),
    "roll-call": ("92-tablet-roll-call-768", 1300),
    "report": ("93-tablet-report-768", 1200),
    "cash": ("88-tablet-cash-768", 1800),
}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (kept, height) in PICTURES.items():
        with Image.open(OUTPUT / f"{kept}.png") as picture:
            part = picture.crop((0, 0, picture.width, min(picture.height, height)))
            part.convert("P", palette=Image.Palette.ADAPTIVE, colors=64).save(
                FOLDER / f"{name}.png", optimize=True
            )


if __name__ == "__main__":
    main()
