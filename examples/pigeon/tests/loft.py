"""A loft on loopback: takes letters of 140 characters, keeps each key once, gives pages of 50."""

from typing import ClassVar

from fairline.demo.networks.kit import Call, Network, Reply, Shown

KEY = "corn"
LIMIT = 140


class Loft(Network):
    name: ClassVar[str] = "loft"
    label: ClassVar[str] = "Pigeon post"
    says_public: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[dict[str, object]] = []
        self.flown: dict[str, tuple[str, Shown]] = {}
        self.key = KEY

    def address(self) -> str:
        return "gb-00-hq"

    def options(self) -> dict[str, str]:
        return {"loft_url": self.url, "key": KEY}

    def answer(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"Bearer {self.key}":
            return Reply(status=401, data={"error": "who are you?"})
        if call.path != "/letters":
            return Reply(status=404, data={"error": "no such shelf"})
        if call.method == "GET":
            after, most = int(call.query["after"]), min(int(call.query["limit"]), 50)
            return Reply(data=self.letters[after : after + most])
        letter = call.json()
        if len(letter["text"]) > LIMIT:
            return Reply(status=413, data={"error": "too heavy"})
        number = f"flown-{len(self.flown) + 1}"
        shown = Shown(id=number, by="company", text=letter["text"], is_public=False)
        _, kept = self.flown.setdefault(letter["key"], (letter["to"], shown))
        return Reply(status=201, data={"id": kept.id})

    def say(self, person: str, text: str, *, public: bool = False, under: str = "") -> str:
        with self.lock:
            number = len(self.letters) + 1
            letter = {"number": number, "id": f"letter-{number}", "ring": person, "text": text}
            self.letters.append({**letter, "keeper": person.capitalize(), "answers": under})
        return f"letter-{number}"

    def shown(self, person: str) -> list[Shown]:
        with self.lock:
            return [one for to, one in self.flown.values() if to == person]
