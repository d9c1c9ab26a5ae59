#!/usr/bin/env python
"""Runs the project's commands. The owner's settings are the default: they migrate and set up."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

ROOT = Path(__file__).resolve().parent

if __name__ == "__main__":
    sys.path.insert(1, str(ROOT / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "azukari.settings.owner")
    execute_from_command_line(sys.argv)
