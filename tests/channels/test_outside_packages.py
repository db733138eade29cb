"""A channel of another package is found by its entry point and needs no change of ours."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from litestar.testing import TestClient

from fairline.cases.rows import SYSTEM
from fairline.channels.inboxes import create_inbox
from fairline.wiring import Office
from tests.apps import app_of
from tests.conftest import Cast
from tests.desk.conftest import Browser
from tests.fakes.plaza import PlazaChannel

EXAMPLE = Path(__file__).parents[2] / "examples/pigeon"


def test_an_installed_package_brings_its_channel(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE / "src/pigeon_post", tmp_path / "pigeon_post")
    about = tmp_path / "pigeon_post-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 1.0\n")
    declared = (EXAMPLE / "pyproject.toml").read_text().partition('"fairline.channels"]\n')[2]
    name, _, target = declared.splitlines()[0].partition(" = ")
    points = f"[fairline.channels]\n{name} = {target.strip(chr(34))}\n"
    (about / "entry_points.txt").write_text(points)
    say = (
        "from fairline.core.settings import Settings\n"
        "from fairline.wiring import Office\n"
        f"office = Office(Settings(data_dir={str(tmp_path / 'data')!r}))\n"
        "print(office.channels.of_kind('pigeon').label)\n"
        "office.close()"
    )
    found = subprocess.run(
        [sys.executable, "-c", say],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip().splitlines()[-1] == "Pigeon post"


def test_nothing_falls_when_a_package_is_taken_out(office: Office, cast: Cast) -> None:
    office.channels.add(PlazaChannel())
    with office.database.write() as unit:
        inbox = create_inbox(
            unit,
            office.channels,
            brand_id=cast.brand.id,
            kind="plaza",
            name="Plaza",
            address="acme",
            options={"port": "9"},
            by=SYSTEM,
        )
    del office.channels._by_kind["plaza"]  # noqa: SLF001  as after a restart without the package

    _, poller, ledger = office.make_worker()
    poller.refresh()
    poller.stop()
    ledger.close()
    with TestClient(app_of(office)) as client:
        root = Browser(client).sign_in("root@acme.test")
        assert "Plaza" in root.see("/desk/settings/inboxes")
        root.see("/desk")
        assert "no channel" in root.see(f"/desk/settings/inboxes/{inbox.id}", status=422)
