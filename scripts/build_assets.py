"""Puts the third-party JavaScript into `web/static/vendor`, with Node when there is one.

Called by `make assets`. With Node: `npm ci` from the lock file, then esbuild. Without: htmx as the
PyPI wheel of django-htmx carries it, a slightly older build of the same major version, checked
against its hash; `--need-node` (for a release) refuses that. Standard library only.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "src/fairline/web/static/vendor"
WHEEL = "django-htmx==1.29.0"
INSIDE = "django_htmx/static/django_htmx/"
PARTS = {
    "htmx-4.min.js": "28fae7bbe8e8142b702debb9d5234a9a436d9435a4b5165b195aa1a7ed840d25",
    "ext/hx-sse-4.min.js": "d3aeb71073552b253eaee99badebd60607003b1c25ac567ab88187d6887ab522",
}
LICENCE = """htmx is published under the Zero-Clause BSD licence:

Permission to use, copy, modify, and/or distribute this software for any purpose with or without
fee is hereby granted.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS
SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE
AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE
OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS
SOFTWARE.
"""
NO_NODE = """Node.js and npm are missing, and this step needs them. Install them with
    sudo apt-get install nodejs npm
or from your system's packages, and run it again."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--need-node", action="store_true", help="refuse the fallback")
    arguments = parser.parse_args()
    if shutil.which("node") and shutil.which("npm"):
        from_npm()
    elif arguments.need_node:
        sys.exit(NO_NODE)
    else:
        from_wheel()


def from_npm() -> None:
    """Install exactly what the lock file says, without running anybody's install scripts."""
    run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    run("node", "scripts/build_assets.mjs")


def from_wheel() -> None:
    """Take the two files out of the wheel. Exits when they are not the ones we know."""
    print(f"assets: no Node here, so htmx is taken from {WHEEL}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        download(folder)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            parts = {name: archive.read(INSIDE + name) for name in PARTS}
    for name, data in parts.items():
        if hashlib.sha256(data).hexdigest() != PARTS[name]:
            sys.exit(f"{name} in {WHEEL} is not the file we know. Nothing was installed.")
    VENDOR.mkdir(parents=True, exist_ok=True)
    banner = b"/* htmx 4 with hx-sse, from django-htmx. Licence: htmx.LICENSE.txt beside this. */\n"
    (VENDOR / "htmx.js").write_bytes(banner + b"\n;\n".join(parts.values()))
    (VENDOR / "htmx.LICENSE.txt").write_text(LICENCE)


def download(folder: str) -> None:
    """Fetch the wheel alone, by pip. uv has no download command: there pip is put in for it."""
    pip = subprocess.run([sys.executable, "-m", "pip", "-V"], capture_output=True, check=False)
    if pip.returncode:
        run("uv", "pip", "install", "-q", "--python", sys.executable, "pip")
    run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, WHEEL)


def run(*command: str) -> None:
    """Run in the project's folder; end with its exit code when it fails."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit(f"assets: `{' '.join(command)}` failed")


if __name__ == "__main__":
    main()
