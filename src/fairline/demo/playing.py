"""Lets the moments of a story happen on the record, through the doors that everybody uses.

A unit's clock is set to the time of the story, so places, promises and events come out as they
would have then. What we sent counts as sent: in the demo's past nothing is waiting to leave.
"""

import re

from fairline.cases import actions, addresses, changes, files, store, store_messages, store_sent
from fairline.cases.inbound import Author, Inbound, InboundFile, InboxRef
from fairline.cases.intake import receive
from fairline.cases.rows import SYSTEM as BY_SYSTEM
from fairline.cases.rows import Actor, Case, Message
from fairline.cases.states import OFF_THE_LINE
from fairline.channels import raw, receipts, store_deliveries
from fairline.channels.contract import RawItem, Receipt
from fairline.channels.inboxes import get_inbox
from fairline.channels.ingest import Ingest, inbox_ref
from fairline.db.unit import Unit
from fairline.demo.company import Company
from fairline.demo.history import SYSTEM, Moment
from fairline.demo.letters import Letter, to_mail
from fairline.demo.mails import full_text
from fairline.demo.pictures import to_bytes
from fairline.demo.stories import Content, Person, Step, Story
from fairline.handoff.continuation.offering import offer
from fairline.handoff.continuation.status import post_status
from fairline.line import store_queues
from fairline.line.queues import queue_of
from fairline.people import store_contacts

MENTION = re.compile(r"@([a-z]+)\b")
MAX_FILE_BYTES = 10_000_000


class Stage:
    """Where the stories are played: the company, and which story became which case."""

    def __init__(self, company: Company, content: Content, ingest: Ingest) -> None:
        self.company = company
        self.content = content
        self.ingest = ingest
        self.cases: dict[str, str] = {}
        self._refs: dict[str, InboxRef] = {}
        self._specs = {spec.name: spec for spec in content.files}

    def play(self, unit: Unit, moment: Moment) -> None:
        """Let one moment happen. Sets the clock of the unit."""
        unit.now = moment.at
        story, step = moment.story, moment.step
        if moment.index == 0:
            self._open(unit, moment)
        elif step.by == SYSTEM:
            self._change(unit, story, step, BY_SYSTEM)
        elif story.is_outside(step.by):
            if step.text:
                self._hear(unit, moment)
            self._change(unit, story, step, self._customer(unit, story))
        else:
            self._act(unit, story, step)
        self._deliver(unit, story, step)
        unit.settle()

    # Somebody outside

    def _open(self, unit: Unit, moment: Moment) -> None:
        """The first message, and what the first look at it makes of it."""
        story = moment.story
        self._hear(unit, moment)
        case = self._case(unit, story)
        case = changes.set_kind(unit, case, story.kind, by=BY_SYSTEM)
        case = changes.set_severity(
            unit, case, story.severity, by=BY_SYSTEM, reason="What the message asks for."
        )
        if story.team:
            case = changes.set_team(unit, case, self.company.teams[story.team], by=BY_SYSTEM)
        if story.subject and case.subject != story.subject and case.channel == "web":
            changes.set_subject(unit, case, story.subject, by=BY_SYSTEM)
        if story.kind in OFF_THE_LINE and case.status == "new":
            changes.set_status(unit, case, "closed", by=BY_SYSTEM, reason="heard")
        for tag in story.tags:
            changes.add_tag(unit, case, tag, by=BY_SYSTEM)
        for other in story.linked:
            if other in self.cases:
                store.relate(unit, case.id, self.cases[other], "same matter")
        self._change(unit, story, moment.step, BY_SYSTEM)

    def _hear(self, unit: Unit, moment: Moment) -> None:
        channel = moment.step.channel or self.company.inboxes[moment.story.inbox].kind
        person = moment.story.others.get(moment.step.by, moment.story.contact)
        if channel == "email" and person.mail:
            self._by_mail(unit, moment, person)
        else:
            self._by_web(unit, moment, person)

    def _by_web(self, unit: Unit, moment: Moment, person: Person) -> None:
        story, step = moment.story, moment.step
        known = self.cases.get(story.key)
        is_public = story.public if step.public is None else step.public
        inbound = Inbound(
            native_id=f"{story.key}/{moment.index}",
            author=Author(channel="web", address=f"browser-of-{story.key}", name=person.name),
            text=step.text,
            is_public=is_public,
            kind=story.kind,
            language=story.language,
            files=tuple(self._file(name) for name in step.files),
        )
        inbox = self._web_inbox(story)
        taken = receive(unit, self._ref(unit, inbox), inbound, joins=known)
        self.cases[story.key] = taken.case_id
        case = self._case(unit, story)
        if known is None and person.mail:
            by = Actor(kind="contact", id=case.contact_id)
            addresses.leave_address(unit, case, "email", person.mail, name=person.name, by=by)
        elif known:
            self._came_back(unit, case)

    def _came_back(self, unit: Unit, case: Case) -> None:
        """Somebody who writes again has read what we said, and opened the link we mailed them."""
        for participant in store.participants_of(unit, case.id):
            if participant.channel == "web":
                store_deliveries.mark_read(unit, case.id, participant.identity_id)
            elif participant.role == "customer" and not participant.undeliverable_at:
                addresses.confirm_address(unit, case, participant.identity_id)

    def _by_mail(self, unit: Unit, moment: Moment, person: Person) -> None:
        story, step = moment.story, moment.step
        inbox = self.company.inboxes[story.inbox]
        if inbox.kind != "email":  # asked on the board, answered to our mail
            inbox = next(
                self.company.inboxes[i.key]
                for i in self.content.inboxes
                if i.brand == story.brand and i.channel == "email"
            )
        brand = next(brand for brand in self.content.brands if brand.key == story.brand)
        known = self.cases.get(story.key)
        answers: list[str] = []
        to, subject = inbox.address, story.subject or "Question"
        if known:
            answers = [native for _, native in store_sent.thread_of(unit, known)]
            local, _, domain = inbox.address.partition("@")
            to = f"{local}+c-{self._case(unit, story).mail_token}@{domain}"
            subject = f"Re: {subject}"
        native_id = f"{story.key}.{moment.index}@{person.mail.rpartition('@')[2]}"
        payload = to_mail(
            Letter(
                sender=person,
                to=to,
                subject=subject,
                text=full_text(story, moment.index, moment.times, brand),
                html=step.html,
                message_id=native_id,
                date=moment.at,
                answers=answers,
                files=[self._parts(name) for name in step.files],
                is_automatic=step.automatic,
                copied=tuple(story.others.values()) if moment.index == 0 else (),
            )
        )
        raw_id = raw.keep(unit, inbox.id, RawItem(native_id=native_id, payload=payload))
        result = self.ingest.take_within(unit, raw_id) if raw_id else None
        if known is None and result and result.case_id:
            self.cases[story.key] = result.case_id

    # One of us

    def _act(self, unit: Unit, story: Story, step: Step) -> None:
        agent = self.company.agents[step.by]
        case = self._case(unit, story)
        by = actions.actor_of(agent)
        store_messages.read_nudges(unit, agent.id, case.id)
        if step.assign and not step.note:
            case = self._assign(unit, case, step, by)
        file_ids = [
            files.upload(unit, case.id, agent.id, self._file(name), most_bytes=MAX_FILE_BYTES).id
            for name in step.files
        ]
        if step.text and step.note:
            actions.note(unit, case.id, agent, self._mentions(step.text), file_ids=file_ids)
        elif step.goes_on:
            channels = self.ingest.channels
            offer(unit, channels, case.id, agent, step.text, status=None, file_ids=file_ids)
        elif step.text:
            wanted = story.public if step.public is None else step.public
            actions.reply(
                unit,
                case.id,
                agent,
                step.text,
                visibility="public" if wanted and case.is_public else "private",
                status=None,
                file_ids=file_ids,
            )
        if step.public_status:
            post_status(unit, case.id, agent, step.public_status)
        self._change(unit, story, step, by)

    def _change(self, unit: Unit, story: Story, step: Step, by: Actor) -> None:
        """Everything of a step that is not said."""
        case = self._case(unit, story)
        if step.team:
            case = changes.set_team(unit, case, self.company.teams[step.team], by=by)
        if step.assign:
            case = self._assign(unit, case, step, by)
        if step.kind:
            case = changes.set_kind(unit, case, step.kind, by=by)
        if step.severity:
            reason = "As it turned out on a closer look."
            case = changes.set_severity(unit, case, step.severity, by=by, reason=reason)
        for tag in step.tags:
            changes.add_tag(unit, case, tag, by=by)
        if step.by == SYSTEM and case.entered_at:
            return  # somebody has written again: it is not closed over their head
        if case.status == "closed" and step.status not in {"", "solved", "closed"}:
            changes.reopen(unit, case, by=by, reason="agent", status=step.status)
        elif step.status and case.status != "closed":
            changes.set_status(unit, case, step.status, by=by)

    def _assign(self, unit: Unit, case: Case, step: Step, by: Actor) -> Case:
        agent_id = self.company.agents[step.assign].id
        # Whoever takes the case that is next in line has pressed Next case.
        is_next = by.id == agent_id and case.owner_id is None and self._is_next(unit, case)
        reason = "next_case" if is_next else ""
        return changes.assign(unit, case, agent_id, by=by, reason=reason)

    def _is_next(self, unit: Unit, case: Case) -> bool:
        first = store_queues.heads(unit, [queue_of(unit, case)])
        return any(standing.case_id == case.id for _, standing in first)

    def _mentions(self, text: str) -> str:
        def name(found: re.Match[str]) -> str:
            agent = self.company.agents.get(found[1])
            return f"@[{agent.name}]" if agent else found[0]

        return MENTION.sub(name, text)

    # What becomes of what we sent

    def _deliver(self, unit: Unit, story: Story, step: Step) -> None:
        """What was just written has left at once; `fate` says that it came back."""
        if story.is_outside(step.by) or step.note or not step.text:
            return
        newest = store_messages.thread(unit, self.cases[story.key], limit=1)
        for message in newest:
            self._send(unit, message, step)

    def _send(self, unit: Unit, message: Message, step: Step) -> None:
        sent = store_deliveries.of_messages(unit, [message.id]).get(message.id, [])
        for delivery in sent:
            if delivery.state != "queued":
                continue
            receipts.move(unit, delivery, "sent", attempts=1, next_try_at=None)
            if step.fate:
                news = Receipt(
                    native_id=f"bounce-{delivery.id}",
                    state="failed",
                    native_ids=(delivery.id,),
                    recipient=delivery.recipient,
                    provider_code=step.fate.split()[0],
                    text=step.fate,
                )
                inbox = get_inbox(unit, delivery.inbox_id)
                receipts.apply(unit, news, inbox)

    def _case(self, unit: Unit, story: Story) -> Case:
        return changes.get_case(unit, self.cases[story.key])

    def _customer(self, unit: Unit, story: Story) -> Actor:
        contact_id = self._case(unit, story).contact_id
        contact = store_contacts.contact_by_id(unit, contact_id)
        return Actor(kind="contact", id=contact_id, name=contact.name if contact else "")

    def _web_inbox(self, story: Story) -> str:
        return next(
            i.key for i in self.content.inboxes if i.brand == story.brand and i.channel == "web"
        )

    def _ref(self, unit: Unit, key: str) -> InboxRef:
        if key not in self._refs:
            self._refs[key] = inbox_ref(unit, self.company.inboxes[key])
        return self._refs[key]

    def _parts(self, name: str) -> tuple[str, str, bytes]:
        spec = self._specs[name]
        return spec.name, spec.media_type, to_bytes(spec)

    def _file(self, name: str) -> InboundFile:
        name, media_type, data = self._parts(name)
        return InboundFile(name=name, media_type=media_type, data=data)
