"""Who is looking at a case and who is typing: short-lived, never stored."""

import threading
from dataclasses import asdict, dataclass

from fairline.core.ids import new_id

LASTS_S = 30.0
STATES = ("viewing", "typing", "gone")


@dataclass(frozen=True)
class Whisper:
    """Something passing about a case. `who` is an agent id, or `customer`; `mode` is what they
    write (private, public, note), empty otherwise. `origin` names the process it came from.
    """

    kind: str
    case_id: str
    who: str
    name: str
    state: str
    mode: str = ""
    origin: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class Presence:
    """Who is where, as far as this process has heard; forgotten after 30 s without news."""

    def __init__(self) -> None:
        self.origin = new_id()
        self._seen: dict[str, dict[str, tuple[Whisper, float]]] = {}
        self._lock = threading.Lock()

    def note(self, whisper: Whisper, at_s: float) -> None:
        """Remember a whisper heard at `at_s` (monotonic seconds)."""
        if whisper.kind != "presence":
            return
        with self._lock:
            people = self._seen.setdefault(whisper.case_id, {})
            if whisper.state == "gone":
                people.pop(whisper.who, None)
            else:
                people[whisper.who] = (whisper, at_s)
            if not people:
                del self._seen[whisper.case_id]

    def on(self, case_id: str, at_s: float) -> list[Whisper]:
        """Who is on a case now."""
        with self._lock:
            people = self._seen.get(case_id, {})
            stale = [who for who, (_, seen) in people.items() if at_s - seen > LASTS_S]
            for who in stale:
                del people[who]
            return [whisper for whisper, _ in people.values()]

    def written(self, at_s: float) -> int:
        """On how many cases somebody of ours writes an answer now."""
        with self._lock:
            return sum(
                any(
                    whisper.state == "typing"
                    and whisper.who != "customer"
                    and whisper.mode != "note"
                    and at_s - seen <= LASTS_S
                    for whisper, seen in people.values()
                )
                for people in self._seen.values()
            )
