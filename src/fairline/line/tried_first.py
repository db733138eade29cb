"""Who asked in public because asking in private had failed: the share, by team.

A public question about one's own matter is often the second try. What its author says of the first
one is kept on the case, moves nothing, and is counted here.
"""

from datetime import timedelta

import msgspec

from fairline.cases.states import TRIED_FIRST
from fairline.db.unit import Unit
from fairline.line import store_tried_first
from fairline.promises.share import NONE, Share


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """Of those who said so, how many had asked before: all, by team id ('' for none), and where."""

    whole: Share
    by_team: list[tuple[str, Share]]
    where: list[tuple[str, int]]


def tried_in(unit: Unit, days: int, brand_ids: tuple[str, ...] = ()) -> Tried:
    """Public questions of the last `days`. In a `Share`, `answers` said, `kept` had tried."""
    since = unit.now - timedelta(days=days)
    teams: dict[str, Share] = {}
    places = dict.fromkeys((one for one in TRIED_FIRST if one != "no"), 0)
    for team_id, tried, many in store_tried_first.counted(unit, since, brand_ids):
        failed = many if tried in places else 0
        teams[team_id] = teams.get(team_id, NONE) + Share(answers=many, kept=failed)
        if failed:
            places[tried] += failed
    return Tried(
        whole=sum(teams.values(), NONE),
        by_team=sorted(teams.items(), key=lambda one: -one[1].answers),
        where=[(place, many) for place, many in places.items() if many],
    )
