"""The only list: channels, listeners, jobs, steps, periods. `Office` is what a process runs on."""

from datetime import timedelta

import msgspec

import fairline.acknowledgements.tables
import fairline.board.hub.tables
import fairline.cases.merging.tables
import fairline.cases.tables
import fairline.cases.tables_grants
import fairline.channels.activitypub.tables
import fairline.channels.comments.tables
import fairline.channels.tables
import fairline.channels.tables_late
import fairline.channels.tables_memory
import fairline.db.tables
import fairline.handoff.calls.tables
import fairline.handoff.continuation.tables
import fairline.handoff.forms.tables
import fairline.handoff.letters.tables
import fairline.handoff.transfers.tables
import fairline.health.tables
import fairline.jobs.tables
import fairline.knowledge.tables
import fairline.line.fairness.tables
import fairline.line.tables
import fairline.line.tables_alarms
import fairline.line.tables_bulk
import fairline.line.tables_routing
import fairline.line.tables_told
import fairline.people.tables
import fairline.people.tables_duty
import fairline.people.tables_skills
import fairline.policy.tables
import fairline.web.tables  # noqa: F401
from fairline.acknowledgements import send as acknowledging
from fairline.board import lost
from fairline.board.hub import asking as hub_asking
from fairline.board.hub import news as hub_news
from fairline.board.hub import sending as hub_sending
from fairline.board.hub import store as hub_store
from fairline.cases import clocks, effort_kept, look_through, timeline, upkeep
from fairline.cases.recount import recount
from fairline.channels import (
    downloads,
    echoes,
    mentions,
    naming,
    news,
    outgoing,
    staff_mail,
    windows,
)
from fairline.channels.activitypub import (
    FediverseChannel,
    delivering,
    gathering,
    recalling,
    sharing,
)
from fairline.channels.activitypub.transport import Transport
from fairline.channels.bluesky import BlueskyChannel
from fairline.channels.comments import CommentsChannel
from fairline.channels.custom import CustomChannel
from fairline.channels.doors import Poller
from fairline.channels.email import EmailChannel
from fairline.channels.email.dns import DnsResolver
from fairline.channels.feed import FeedChannel
from fairline.channels.ingest import Ingest
from fairline.channels.ledger import Ledger
from fairline.channels.letter import LetterChannel
from fairline.channels.mastodon import MastodonChannel
from fairline.channels.memory import InboxMemory
from fairline.channels.meta import (
    FacebookChannel,
    InstagramChannel,
    MessengerChannel,
    WhatsAppChannel,
)
from fairline.channels.outside import Outside
from fairline.channels.phone import PhoneChannel
from fairline.channels.registry import Channels, installed
from fairline.channels.sms import SmsChannel
from fairline.channels.telegram import TelegramChannel
from fairline.channels.web import WebChannel
from fairline.channels.x import XChannel
from fairline.core.key_files import KeyFiles
from fairline.core.secrets import Keyring
from fairline.core.settings import Settings
from fairline.db.engine import Database, open_database
from fairline.db.facts import fact
from fairline.db.migrate import prepare
from fairline.db.unit import Unit
from fairline.handoff.calls import watch as calls_watch
from fairline.handoff.continuation import courier, fallback
from fairline.handoff.forms import wiping
from fairline.handoff.letters import incoming as letters_incoming
from fairline.handoff.letters import reading as letters_reading
from fairline.handoff.transfers import watch as transfers_watch
from fairline.health import arrivals, letters
from fairline.health import watch as health_watch
from fairline.jobs.worker import Handler, Period, Worker
from fairline.line import (
    absence,
    alarm_mail,
    alarm_watch,
    alarms,
    bulk,
    counted,
    handing,
    kept,
    merged,
    place,
    repeats,
    routing,
    told,
)
from fairline.line.fairness import making, turns
from fairline.people.calendars import RECOUNT
from fairline.people.tables import Agent
from fairline.web.live import Live


class Office:
    """Everything one process needs, built from the settings."""

    def __init__(self, settings: Settings, *, ready: bool = True) -> None:
        self.settings = settings
        keys = key_files_of(settings)
        keys.make()
        self.keyring = Keyring(source=keys)
        self.database: Database = open_database(settings.url)
        if ready:
            prepare(self.database, auto_migrate=settings.auto_migrate)
        listen(self.database)
        install_id = fact(self.database, "install_id") if ready else ""
        self.outside = Outside(settings.outside_allow)
        self.fediverse = Transport(self.database, self.keyring, self.outside)
        self.channels = Channels(
            [
                WebChannel(),
                EmailChannel(DnsResolver() if settings.sender_checks else None),
                PhoneChannel(),
                LetterChannel(),
                MastodonChannel(),
                BlueskyChannel(),
                CustomChannel(),
                CommentsChannel(),
                FeedChannel(settings.outside_allow),
                SmsChannel(),
                TelegramChannel(),
                MessengerChannel(),
                InstagramChannel(),
                WhatsAppChannel(),
                FacebookChannel(),
                XChannel(),
                FediverseChannel(self.fediverse),
                *installed(),
            ],
            self.keyring,
            public_url=settings.public_url,
            install_id=install_id,
            recall=lambda inbox_id: InboxMemory(self.database, self.keyring, inbox_id),
        )
        for kind in ("message_received", "message_sent", "case_merged"):
            self.database.listen(kind, lambda unit, event: windows.hear(unit, event, self.channels))
        for kind in (*hub_news.SAID, *hub_news.HEARD):
            self.database.listen(
                kind, lambda unit, event: hub_news.hear(unit, event, self.settings)
            )
        self.live = Live(self.database, timeline.follow, timeline.newest_cursor)

    def make_ingest(self) -> Ingest:
        """What understands raw items, by this install's settings."""
        within = timedelta(days=self.settings.reopen_within_days)
        return Ingest(
            self.database,
            self.channels,
            reopen_within=within,
            filters=self.settings.filter_chatter,
        )

    def make_worker(self) -> tuple[Worker, Poller, Ledger]:
        """The worker of a process: jobs, ledger, understanding, upkeep, and the inboxes' poller."""
        ledger = Ledger(self.database, self.channels)
        ingest = self.make_ingest()
        poller = Poller(self.database, self.channels, interval_s=self.settings.poll_interval_s)
        deliverer = delivering.Deliverer(self.fediverse, self.channels)
        worker = Worker(
            self.database,
            {
                **JOBS,
                sharing.JOB: sharing.Sharer(self.channels).work,
                recalling.JOB: recalling.Recaller(self.channels).work,
                gathering.JOB: gathering.Gatherer(self.fediverse, self.channels).work,
                look_through.JOB: look_through.job(is_wanted=self.settings.guard_looks_back),
                staff_mail.JOB: staff_mail.Postman(self.channels).send,
                courier.JOB: courier.Courier(self.channels).send,
                downloads.JOB: downloads.Fetcher(self.channels).fetch,
                naming.JOB: naming.Namer(self.channels).look_up,
                hub_news.JOB: hub_news.Renderer(self.settings).work,
            },
            steps={
                "ledger": ledger.step,
                "ingest": ingest.step,
                "fediverse-1": deliverer.step,
                "fediverse-2": deliverer.step,
                "hub-asking": hub_asking.Asker(self.database, self.outside).step,
                "hub-sending": hub_sending.Sender(
                    self.database,
                    self.outside,
                    self.keyring,
                    public_url=self.settings.public_url,
                ).step,
            },
            periods=(
                Period("inboxes", 2.0, poller.refresh),
                Period("mentions", 3600.0, self._forget_mentions),
                Period("late", 3.0, lambda: echoes.wake_due(self.database)),
                Period("wake", 15.0, lambda: upkeep.wake_due(self.database)),
                Period("close", 600.0, lambda: upkeep.close_solved(self.database)),
                Period("absence", 15.0, lambda: absence.sweep(self.database)),
                Period("handing", 5.0, lambda: handing.run(self.database)),
                Period("news", 3600.0, lambda: news.sweep(self.database)),
                Period("fediverse", 120.0, deliverer.sweep),
                Period("sweep", 3600.0, lambda: upkeep.sweep(self.database)),
                Period("fairness", 3600.0, lambda: making.weekly(self.database)),
                Period("repeats", 60.0, lambda: repeats.heal(self.database)),
                Period("counts", 300.0, lambda: counted.sweep(self.database)),
                Period("alarms", 10.0, lambda: alarm_watch.turn(self.database)),
                Period("arrivals", 300.0, lambda: arrivals.turn(self.database, self.channels)),
                Period(
                    "inbox_alarms", 60.0, lambda: health_watch.turn(self.database, self.channels)
                ),
                Period("places", 30.0, alarm_watch.PlaceCheck(self.database).turn),
                Period("calls", 10.0, lambda: calls_watch.turn(self.database)),
                Period("letters", 30.0, self._write_letters),
                Period("another_way", 60.0, lambda: fallback.turn(self.database, self.channels)),
                Period("transfers", 15.0, lambda: transfers_watch.turn(self.database)),
                Period("hub", 600.0, self._end_subscriptions),
                Period("forms", 60.0, lambda: wiping.wipe_due(self.database)),
            ),
            threads=self.settings.workers,
        )
        return worker, poller, ledger

    def _forget_mentions(self) -> None:
        mentions.sweep(self.database, days=self.settings.mentions_kept_days)

    def _end_subscriptions(self) -> None:
        with self.database.write() as unit:
            hub_store.sweep(unit)

    def _write_letters(self) -> None:
        """Mail about alarms, to those of us who want it."""

        def post(unit: Unit, letter: alarm_mail.Letter) -> None:
            staff_mail.post(unit, **msgspec.structs.asdict(letter))

        def others(unit: Unit, agent: Agent) -> list[alarm_mail.Besides]:
            return letters.besides(unit, agent, self.settings.public_url)

        alarm_mail.turn(self.database, self.settings.public_url, post, others)

    def close(self) -> None:
        self.database.close()


def key_files_of(settings: Settings) -> KeyFiles:
    """Where this install's master keys are."""
    return KeyFiles(
        settings.folder, setting=settings.secret_key, previous=settings.secret_key_previous
    )


JOBS: dict[str, Handler] = {
    handing.JOB: handing.run_job,
    bulk.JOB: bulk.run_job,
    making.JOB: making.run_job,
    lost.JOB: lost.send_links,
    acknowledging.JOB: acknowledging.work,
    RECOUNT: recount,
    effort_kept.JOB: effort_kept.run_job,
    alarm_watch.JOB: alarm_watch.look_again,
    letters_incoming.JOB: letters_reading.read_letter,
}


def listen(database: Database) -> None:
    """Who hears which event inside its transaction."""
    database.listen("*", clocks.hear)
    for kind in effort_kept.HEARD:
        database.listen(kind, effort_kept.hear)
    database.listen("*", repeats.hear)
    database.listen("*", place.hear)
    database.listen("*", alarms.hear)
    database.listen("case_opened", routing.hear_opened)
    database.listen("team_changed", routing.hear_moved)
    database.listen("message_received", absence.hear_message)
    database.listen("message_received", letters_incoming.hear)
    database.listen("agent_signed_in", absence.hear_sign_in)
    database.listen("*", handing.hear)
    database.listen("status_changed", calls_watch.hear)
    database.listen("status_changed", transfers_watch.hear_status)
    database.listen("owner_changed", transfers_watch.hear_owner)
    database.listen("status_changed", wiping.hear)
    database.listen("message_sent", kept.hear)
    database.listen("message_sent", outgoing.hear_sent)
    database.listen("message_sent", told.hear)
    for kind in (*sharing.SAID, *sharing.HEARD):
        database.listen(kind, sharing.hear)
    for kind in ("message_hidden", "visibility_changed"):
        database.listen(kind, recalling.hear)
    database.listen("message_sent", merged.hear)
    database.listen("contact_unmerged", merged.hear_two_people)
    database.listen("case_opened", acknowledging.hear)
    database.listen("owner_changed", turns.hear_owner)
    database.listen("message_sent", turns.hear_sent)
