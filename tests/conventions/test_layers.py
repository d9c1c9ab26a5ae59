"""`azukari → cms → booking → records → history`: imports only to the right."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

LINT = Path(sys.executable).with_name("lint-imports")


def contracts(root: Path, config: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict on a tree whose site/ is no package and so stands on the path."""
    path = os.pathsep.join([str(root / "site"), str(root)])
    return subprocess.run(
        [LINT, "--config", config, "--no-cache"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_point_to_the_right():
    result = contracts(settings.ROOT, settings.ROOT / "pyproject.toml")

    assert result.returncode == 0, result.stdout


def test_an_import_to_the_left_is_found(tmp_path):
    for package in ("site/azukari", "cms", "booking", "booking/day", "records", "history"):
        (tmp_path / package).mkdir(parents=True)
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "history" / "models.py").write_text("import booking\n")

    result = contracts(tmp_path, settings.ROOT / "pyproject.toml")

    assert result.returncode != 0
    assert "history.models -> booking" in result.stdout


def objects_in_views(root: Path) -> list[str]:
    """Views read through `visible_to`, relations and queries, never through a manager."""
    return sorted(
        f"{path.relative_to(root)}:{number}"
        for app in ("records", "booking", "cms", "site")
        for path in (root / app).rglob("views/**/*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ".objects" in line and ".objects.visible_to(" not in line
    )


def test_views_read_through_no_manager():
    assert objects_in_views(settings.ROOT) == []


def test_a_manager_in_a_view_is_found(tmp_path):
    folder = tmp_path / "records" / "views"
    folder.mkdir(parents=True)
    (folder / "children.py").write_text("\nfound = Child.objects.all()\n")

    assert objects_in_views(tmp_path) == ["records/views/children.py:2"]
