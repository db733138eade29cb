"""Row structs of hand-offs."""

from datetime import datetime

import msgspec


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `transfers`. Either `agent_id` or `team_id` is to take the case."""

    id: str
    case_id: str
    brand_id: str
    giver_id: str
    agent_id: str | None
    team_id: str | None
    state: str
    summary: str
    reason: str
    answer: str
    offered_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    ended_by_id: str | None
