#!/bin/sh
# Makes .venv and installs Fairline into it. Called by the Makefile: set_up.sh run | dev
# Needs Python 3.11 or newer and nothing else: uv when it is there, else pip.
set -eu
cd "$(dirname "$0")/.."
kind=${1:-run}

find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    echo "Fairline needs Python 3.11 or newer, and none was found." >&2
    echo "Install it (on Debian or Ubuntu: sudo apt-get install python3 python3-venv)," >&2
    echo "or name one: make ${MAKECMDGOALS:-demo} PYTHON=/path/to/python3" >&2
    exit 1
}

if command -v uv >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || uv venv --quiet --python "$(find_python)" .venv
    groups=""
    [ "$kind" = dev ] && groups="--group dev"
    # shellcheck disable=SC2086  # two words on purpose
    uv pip install --quiet --compile-bytecode --python .venv/bin/python --editable . $groups
else
    if [ ! -x .venv/bin/python ]; then
        python=$(find_python)
        if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
            version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
            echo "$python has no venv module: Debian and Ubuntu keep it in a package of its own." >&2
            echo "    sudo apt-get install python$version-venv" >&2
            echo "or install uv, which needs none. Then run make again." >&2
            exit 1
        fi
        "$python" -m venv .venv
    fi
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    # Dependency groups came with pip 25.1.
    .venv/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
    if [ "$kind" = dev ]; then
        .venv/bin/python -m pip install --quiet --editable . --group dev
    else
        .venv/bin/python -m pip install --quiet --editable .
    fi
fi
