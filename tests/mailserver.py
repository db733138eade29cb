"""A real mail server for tests: Dovecot on random loopback ports.

    with MailServer(tmp_path) as server:
        server.add_user("support@acme.test", "secret")
        server.deliver("support@acme.test", b"From: ...")

`host`, `imap_port` (plain and STARTTLS), `imaps_port`, `lmtp_port`; `authority` is the PEM text to be
trusted and `certificate_file`, in the folder given, its certificate and key for servers beside it.
`stop()`, `kill()` and `start()` at will: mail, numbers and ports stay. The SMTP side is in
`mailrelay.py`. As root, Dovecot runs as `nobody`; otherwise as whoever you are.
"""

import contextlib
import grp
import imaplib
import itertools
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.certificates import Authority

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
HAS_LMTP = any(Path(folder, "dovecot/lmtp").exists() for folder in ("/usr/lib", "/usr/libexec"))
MISSING = "Dovecot is not here: apt-get install dovecot-imapd dovecot-lmtpd"
START_WITHIN_S = 20.0

CONFIG = """
protocols = imap lmtp
listen = {host}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
auth_verbose = yes
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u/Maildir
mail_plugins =
mailbox_idle_check_interval = 1s
maildir_very_dirty_syncs = no
imap_idle_notify_interval = 2 mins
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
lda_mailbox_autocreate = yes
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
ssl = yes
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
ssl_dh =
shutdown_clients = yes
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {folder}/users
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
{extra}
"""


@pytest.fixture
def mail_server(tmp_path: Path) -> Iterator["MailServer"]:
    """A running server without mailboxes, for one test. Import it where it is wanted."""
    if DOVECOT is None or not HAS_LMTP:
        pytest.skip(MISSING)
    with MailServer(tmp_path) as server:
        yield server


class MailServer:
    """One Dovecot. `names` are put into its certificate; `extra` is added to its configuration."""

    host = "127.0.0.1"

    def __init__(
        self,
        folder: Path,
        *,
        names: tuple[str, ...] = ("127.0.0.1", "localhost"),
        days: int = 30,
        extra: str = "",
    ) -> None:
        if DOVECOT is None:
            raise FileNotFoundError(MISSING)
        is_root = os.getuid() == 0
        self._account = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.getuid())
        # Not `folder`: the names of its sockets may not be longer than 107 bytes, and as root
        # pytest's folders are closed to anyone else.
        self._folder = Path(tempfile.mkdtemp(prefix="dove-", dir="/tmp"))
        self._users: dict[str, str] = {}
        self._counter = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.imap_port, self.imaps_port, self.lmtp_port = free_ports(3)
        authority = Authority()
        self.authority = authority.pem
        certificate, key = authority.issue(*names, days=days)
        (self._folder / "server.pem").write_text(certificate)
        (self._folder / "server.key").write_text(key)
        folder.mkdir(parents=True, exist_ok=True)
        self.certificate_file = folder / "mailserver.pem"
        self.certificate_file.write_text(certificate + key)
        for name in ("run", "state", "mail"):
            (self._folder / name).mkdir()
        (self._folder / "users").touch()
        self._write_config(extra)
        self._give_away(self._folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start and wait until it answers."""
        assert DOVECOT
        config = self._folder / "dovecot.conf"
        drop = {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": []}
        self._process = subprocess.Popen(
            [DOVECOT, "-F", "-c", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            **(drop if os.getuid() == 0 else {}),  # type: ignore[call-overload]
        )
        for port in (self.imap_port, self.lmtp_port):
            self._wait_until_it_answers(port)

    def stop(self) -> None:
        """Stop in an orderly way; clients are told. Takes about a second."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it and all its processes: clients are cut off in the middle of whatever they do."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # Its own session, so its own process group: the processes it started are reached too.
        os.killpg(process.pid, how)
        process.wait(20)
        if process.stderr:
            process.stderr.close()

    def add_user(self, address: str, password: str) -> None:
        """A mailbox with an INBOX. Takes effect at once."""
        self._users[address] = password
        uid, gid = self._account.pw_uid, self._account.pw_gid
        home = self._folder / "mail" / address
        self.maildir(address)
        lines = (
            f"{user}:{{PLAIN}}{secret}:{uid}:{gid}::{self._folder}/mail/{user}::\n"
            for user, secret in self._users.items()
        )
        (self._folder / "users").write_text("".join(lines))
        self._give_away(home)

    def has_user(self, address: str) -> bool:
        return _without_detail(address) in self._users

    def password_of(self, address: str) -> str | None:
        return self._users.get(address)

    def deliver(self, address: str, payload: bytes, *, sender: str = "cleo@example.test") -> None:
        """Hand one mail over by LMTP, as a company's mail server does."""
        with smtplib.LMTP(self.host, self.lmtp_port, "relay.test") as client:
            client.sendmail(sender, [address], payload)

    def drop(self, address: str, payload: bytes, *, arrived_at: float | None = None) -> None:
        """Put one mail into the mailbox as it is, byte for byte; also while stopped."""
        # The name gives the order: Dovecot numbers new mail by it.
        number = next(self._counter)
        name = f"{int(time.time())}.M{number:06}P{os.getpid()}.test"
        temporary = self.maildir(address) / "tmp" / name
        temporary.write_bytes(payload)
        if os.getuid() == 0:
            os.chown(temporary, self._account.pw_uid, self._account.pw_gid)
        if arrived_at is not None:
            os.utime(temporary, (arrived_at, arrived_at))
        temporary.rename(self.maildir(address) / "new" / name)

    def maildir(self, address: str) -> Path:
        """The folder on disk; made when absent."""
        found = self._folder / "mail" / address / "Maildir"
        for name in ("tmp", "new", "cur"):
            (found / name).mkdir(parents=True, exist_ok=True)
        return found

    def renumber(self, address: str) -> None:
        """Forget the numbering, so that UIDVALIDITY changes. Only while stopped."""
        assert self._process is None
        # Its file of used UIDVALIDITYs stays, or the new one might be the old one.
        for name in ("dovecot-uidlist", "dovecot.index*"):
            for path in self.maildir(address).glob(name):
                path.unlink()

    @contextlib.contextmanager
    def open(self, address: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """A second client, as a person with a mail program."""
        client = imaplib.IMAP4(self.host, self.imap_port, timeout=20)
        try:
            secret = f"\0{address}\0{self._users[address]}".encode()
            client.authenticate("PLAIN", lambda _: secret)
            client.select(folder)
            yield client
        finally:
            client.logout()

    def flags(self, address: str) -> list[str]:
        """The flags of each mail, in order."""
        with self.open(address) as client:
            _, lines = client.fetch("1:*", "(FLAGS)")
        return [line.decode() for line in lines if isinstance(line, bytes)]

    def log(self) -> str:
        path = self._folder / "dovecot.log"
        return path.read_text() if path.exists() else ""

    def _write_config(self, extra: str) -> None:
        values = {
            "host": self.host,
            "folder": self._folder,
            "user": self._account.pw_name,
            "group": grp.getgrgid(self._account.pw_gid).gr_name,
            "imap_port": self.imap_port,
            "imaps_port": self.imaps_port,
            "lmtp_port": self.lmtp_port,
            "extra": extra,
        }
        (self._folder / "dovecot.conf").write_text(CONFIG.format(**values))

    def _give_away(self, folder: Path) -> None:
        folder.chmod(0o755)
        if os.getuid() != 0:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _wait_until_it_answers(self, port: int) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        pause = threading.Event()
        while not self._answers(port):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Dovecot does not start:\n{self.log()}")
            pause.wait(0.02)

    def _answers(self, port: int) -> bool:
        if self._process and self._process.poll() is not None and self._process.stderr:
            raise RuntimeError(f"Dovecot: {self._process.stderr.read().decode()}\n{self.log()}")
        try:
            with socket.create_connection((self.host, port), timeout=2) as connection:
                return bool(connection.recv(1))
        except OSError:
            return False


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on at this moment."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def _without_detail(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
