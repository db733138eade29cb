"""Founds the demo company: brands, inboxes, teams, people, saved replies."""

import msgspec

from fairline.cases.rows import SYSTEM
from fairline.channels.inboxes import create_inbox
from fairline.channels.registry import Channels
from fairline.channels.rows import Inbox
from fairline.core.ids import new_id
from fairline.db.unit import Unit
from fairline.demo.pictures import to_bytes
from fairline.demo.stories import Content
from fairline.knowledge.actions import create_reply
from fairline.people import store as people
from fairline.people.brands import set_logo
from fairline.people.setup import create_brand
from fairline.people.staff import create_agent
from fairline.people.tables import Agent, Brand

PASSWORD = "tide tables and teapots"  # noqa: S105  printed at every start: it guards nothing


class Company(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was made, by the keys of the content."""

    brands: dict[str, Brand]
    inboxes: dict[str, Inbox]
    teams: dict[str, str]
    agents: dict[str, Agent]


def found_company(unit: Unit, channels: Channels, content: Content) -> Company:
    """Make it all. *Effects*: an install that is set up."""
    brands = {
        brand.key: create_brand(
            unit,
            name=brand.name,
            slug=brand.key,
            accent=brand.accent,
            language=brand.language,
            time_zone=brand.calendar.zone,
            calendar=brand.calendar,
            targets=brand.targets,
            greeting=brand.greeting,
            signature=brand.signature.strip(),
        )
        for brand in content.brands
    }
    pictures = {spec.name: to_bytes(spec) for spec in content.files}
    for brand in content.brands:
        set_logo(unit, brands[brand.key].id, pictures[brand.logo])
    agents = {
        agent.key: create_agent(
            unit,
            email=agent.mail,
            name=agent.name,
            public_name=agent.public_name,
            role=agent.role,
            password=PASSWORD,
        )
        for agent in content.agents
    }
    teams: dict[str, str] = {}
    for team in content.teams:
        teams[team.key] = new_id()
        people.insert_team(
            unit,
            {
                "id": teams[team.key],
                "name": team.name,
                "purpose": team.purpose,
                "created_at": unit.now,
            },
        )
        members = [agents[a.key].id for a in content.agents if team.key in a.teams]
        people.set_members(unit, teams[team.key], members)
    inboxes = {
        inbox.key: create_inbox(
            unit,
            channels,
            brand_id=brands[inbox.brand].id,
            kind=inbox.channel,
            name=inbox.name,
            address=inbox.address,
            options=mail_options(0) if inbox.channel == "email" else {},
            by=SYSTEM,
        )
        for inbox in content.inboxes
    }
    for reply in content.saved_replies:
        brand_id = brands[reply.brand].id if reply.brand else None
        create_reply(unit, title=reply.title, text=reply.text, brand_id=brand_id, by=SYSTEM)
    return Company(brands=brands, inboxes=inboxes, teams=teams, agents=agents)


def mail_options(port: int) -> dict[str, str]:
    """A mailbox whose mail never leaves this machine: it goes to the outbox at `port`."""
    return {
        "receive_by": "none",
        "smtp_host": "127.0.0.1",
        "smtp_port": str(port or 25),
        "smtp_security": "none",
    }
