"""An IMAP server with the manners of bad ones: what Dovecot would never do, on demand.

It knows just what a reader of one folder needs. Quirks are attributes, named after what they do.
"""

import re

from tests.fakes.lines import LineServer, Peer


class FakeImap(LineServer):
    """`mails` by number. `capabilities` as offered."""

    def __init__(self, mails: dict[int, bytes]) -> None:
        super().__init__()
        self.mails = dict(mails)
        self.capabilities = "IMAP4rev1 AUTH=PLAIN"
        self.greeting = "* OK hello"
        self.uid_validity = 7
        self.says_uid_next = True
        self.searches_backwards = False
        self.breaks_on: set[int] = set()
        self.breaks_on_head_of: set[int] = set()
        self.refuses: set[int] = set()
        self.gives_nil_for: set[int] = set()
        self.claims_size: dict[int, int] = {}
        self.chats_between = False
        self.uid_comes_last = False
        self.heard: list[str] = []

    def talk(self, peer: Peer) -> None:
        peer.say(self.greeting)
        while line := peer.read_line():
            tag, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            self.heard.append(rest)
            verb, _, given = rest.partition(" ")
            answer = "OK done"
            match verb.upper():
                case "CAPABILITY":
                    peer.say(f"* CAPABILITY {self.capabilities}")
                case "AUTHENTICATE":
                    peer.say("+ ")
                    peer.read_line()
                case "EXAMINE":
                    self._examine(peer)
                case "UID":
                    answer = self._uid(peer, given)
                case "IDLE":
                    answer = "BAD what?"
                case "LOGOUT":
                    peer.say("* BYE bye", f"{tag} OK bye")
                    return
            if not answer:
                return
            peer.say(f"{tag} {answer}")

    def _examine(self, peer: Peer) -> None:
        peer.say(f"* {len(self.mails)} EXISTS", f"* OK [UIDVALIDITY {self.uid_validity}] here")
        if self.says_uid_next:
            peer.say(f"* OK [UIDNEXT {max(self.mails, default=0) + 1}] next")

    def _uid(self, peer: Peer, given: str) -> str:
        command, _, rest = given.partition(" ")
        if command.upper() == "SEARCH":
            found = sorted(self._chosen(rest.split()[1]), reverse=self.searches_backwards)
            peer.say(" ".join(["* SEARCH", *map(str, found)]))
            return "OK done"
        numbers, _, items = rest.partition(" ")
        for uid in self._chosen(numbers):
            if self.chats_between:
                peer.say(f"* {uid} FETCH (FLAGS (\\Seen) UID {uid})", "* OK still here")
            if "RFC822.SIZE" in items:
                size = self.claims_size.get(uid, len(self.mails[uid]))
                peer.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {size})")
            elif uid in self.refuses and "HEADER" not in items:
                return "NO [SERVERBUG] cannot convert this one"
            elif not self._give(peer, uid, head_only="HEADER" in items):
                return ""
        return "OK done"

    def _give(self, peer: Peer, uid: int, *, head_only: bool) -> bool:
        """Send one mail; False when the connection breaks here."""
        payload = self.mails[uid]
        part = "BODY[]"
        if head_only:
            payload = payload.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            part = "BODY[HEADER]<0>"
        breaks = self.breaks_on_head_of if head_only else self.breaks_on
        if uid in self.gives_nil_for and not head_only:
            peer.say(f"* {uid} FETCH (UID {uid} {part} NIL)")
        elif self.uid_comes_last:
            peer.say(f"* {uid} FETCH ({part} {{{len(payload)}}}")
            peer.say_raw(payload + f" UID {uid})\r\n".encode())
        else:
            announced = len(payload) + (100 if uid in breaks else 0)
            peer.say(f"* {uid} FETCH (UID {uid} {part} {{{announced}}}")
            if uid in breaks:
                peer.say_raw(payload[: len(payload) // 2])
                return False
            peer.say_raw(payload + b")\r\n")
        return True

    def _chosen(self, numbers: str) -> list[int]:
        there = sorted(self.mails)
        chosen: set[int] = set()
        for part in numbers.split(","):
            match = re.fullmatch(r"(\d+|\*)(?::(\d+|\*))?", part)
            assert match, numbers
            # RFC 3501: `*` is the highest number in use, and a range may be upside down.
            last = there[-1] if there else 0
            ends = [last if end == "*" else int(end) for end in match.groups() if end]
            chosen |= {uid for uid in there if min(ends) <= uid <= max(ends)}
        return sorted(chosen)
