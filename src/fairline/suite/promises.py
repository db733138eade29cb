"""What every channel promises, as tests: subclass `Promises` and give it your bench.

    class TestPigeon(Promises):
        def bench(self) -> Bench:
            return PigeonBench()

A promise that a channel cannot make by its nature (edits on a network that knows none) is skipped
by what its capabilities say, never by its name.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairline.channels import raw, store_inboxes, store_raw
from fairline.channels.bounds import MOST_TEXT
from fairline.channels.contract import Capabilities, Hooked, Invalid, NotAllowed
from fairline.channels.doors import Poller
from fairline.channels.provider import TOKEN_EXPIRED
from fairline.core.clock import now
from fairline.core.errors import DeliveryError
from fairline.people import store_contacts
from fairline.suite.bench import Bench
from fairline.suite.house import House, waits_s

CLEO, DOV = "cleo", "dov"


class Promises:
    """The contract suite. Each test has a house of its own."""

    def bench(self) -> Bench:
        """The channel and its provider, fresh."""
        pytest.skip("the suite itself: a channel's tests subclass it")

    @pytest.fixture
    def house(self, tmp_path: Path) -> Iterator[House]:
        with House(tmp_path, self.bench()) as house:
            yield house

    def can(self, house: House) -> Capabilities:
        return house.bench.channel.capabilities

    # In.

    def test_what_is_said_becomes_a_case(self, house: House) -> None:
        said = house.bench.say(CLEO, "My parcel has not come")
        house.hear_all()

        case = house.case_of(said)
        assert "My parcel has not come" in house.message(said).text
        assert case.is_public == house.bench.says_public
        assert case.entered_at, "it has no place in the line"

    def test_twice_in_is_once_stored(self, house: House) -> None:
        said = house.bench.say(CLEO, "Is anybody there?")
        for push in (pushes := house.bench.network.take_pushes()):
            house.deliver(push)
            house.deliver(push)
        before = house.present().cursor
        house.fetch()
        with house.database.write() as unit:  # the cursor was lost: a restore from a backup
            store_inboxes.update(unit, house.inbox.id, {"cursor": before})
        house.fetch()
        house.understand()
        for push in pushes:
            house.deliver(push)
        house.understand()

        assert len(house.with_id(said)) == 1

    def test_a_replay_changes_nothing(self, house: House) -> None:
        said = house.bench.say(CLEO, "Once is enough")
        house.hear_all()
        before = house.thread(house.case_of(said))
        with house.database.write() as unit:
            raw.replay(unit, house.raw(said).id)
        house.understand()

        assert house.thread(house.case_of(said)) == before

    def test_an_answer_to_it_joins_the_case(self, house: House) -> None:
        said = house.bench.say(CLEO, "My parcel has not come")
        more = house.bench.say(CLEO, "It was due on Monday", under=said)
        house.hear_all()

        if self.can(house).threads:
            assert house.case_of(more).id == house.case_of(said).id
        assert "due on Monday" in house.message(more).text

    def test_the_order_of_arrival_does_not_matter(self, house: House) -> None:
        if not self.can(house).threads:
            pytest.skip("this network tells nothing of what answers what")
        first = house.bench.say(CLEO, "My parcel has not come")
        second = house.bench.say(CLEO, "It was due on Monday", under=first)
        third = house.bench.say(CLEO, "Still nothing", under=second)
        pushes = house.bench.network.take_pushes()
        random.Random(7).shuffle(pushes)  # noqa: S311
        for push in pushes[::-1]:
            house.deliver(push)
            house.understand()
        house.hear_all()

        assert {house.case_of(one).id for one in (first, second, third)} == {
            house.case_of(first).id
        }

    def test_strangers_are_never_mixed(self, house: House) -> None:
        said = house.bench.say(CLEO, "My parcel has not come")
        other = house.bench.say(DOV, "Mine neither, order 4711")
        house.hear_all()

        assert house.case_of(said).id != house.case_of(other).id
        assert house.case_of(said).contact_id != house.case_of(other).contact_id

    def test_a_forged_push_is_refused(self, house: House) -> None:
        house.bench.say(CLEO, "This one is genuine")
        pushes = house.bench.network.take_pushes()
        if not isinstance(house.bench.channel, Hooked):
            pytest.skip("nothing is pushed to this channel")
        assert pushes, "the channel is pushed, and nothing was"
        forgeries = [forged for push in pushes for forged in house.bench.forged(push)]
        assert forgeries, "show at least one forgery"
        for forged in forgeries:
            with pytest.raises(NotAllowed):
                house.deliver(forged)
        for push in pushes:
            stale = house.bench.stale(push)
            if stale:
                with pytest.raises(NotAllowed):
                    house.deliver(stale)
        house.understand()

        with house.database.read() as unit:
            assert not store_raw.oldest_stored(unit, limit=1)

    def test_what_is_far_too_long_is_cut_and_kept_whole(self, house: House) -> None:
        long = "We waited and waited. " * (MOST_TEXT // 20)
        said = house.bench.say(CLEO, long)
        house.hear_all()

        message = house.message(said)
        assert len(message.text) <= MOST_TEXT + 10
        if len(message.text) < len(long.strip()) and self.carries(house, said, long):
            assert message.is_cut

    def carries(self, house: House, said: str, text: str) -> bool:
        """Whether the raw item holds all of a text (a network may have cut it itself)."""
        with house.database.read() as unit:
            payload = raw.payload_of(unit, house.raw(said))
        return len(payload) >= len(text.strip())

    def test_nonsense_is_set_aside_and_stops_nothing(self, house: House) -> None:
        draw = random.Random(11)  # noqa: S311
        said = house.bench.say(CLEO, "After the nonsense")
        with house.database.read() as unit:
            info = house.office.channels.info_by_id(unit, house.inbox.id)
        house.hear_all()
        with house.database.read() as unit:
            payload = raw.payload_of(unit, house.raw(said))
        for number in range(300):
            torn = bytearray(payload)
            for _ in range(1 + number % 8):
                torn[draw.randrange(len(torn))] = draw.randrange(256)
            cut = bytes(torn[: draw.randrange(len(torn) + 1)] if number % 2 else torn)
            try:
                house.bench.channel.translate(cut, info, received_at=now())
            except Invalid:
                continue

    def test_a_day_off_is_caught_up_with(self, house: House) -> None:
        house.hear_all()
        missed = [house.bench.say(CLEO, f"Message number {number}") for number in range(12)]
        house.hear_all()

        held = [house.message(one) for one in missed]
        assert [f"number {n}" in m.text for n, m in enumerate(held)] == [True] * 12

    def test_edits_are_honoured(self, house: House) -> None:
        if not self.can(house).edits:
            pytest.skip("this network knows no edits")
        said = house.bench.say(CLEO, "My order 4711 has not come")
        house.hear_all()
        house.bench.edit(said, "My order 4712 has not come")
        house.hear_all()

        message = house.message(said)
        assert "4712" in message.text
        assert "4711" not in message.text
        assert message.edited_at

    def test_what_is_taken_back_is_shown_no_more(self, house: House) -> None:
        if not self.can(house).deletes:
            pytest.skip("this network does not tell what was taken back")
        said = house.bench.say(CLEO, "I did not mean to say that")
        house.hear_all()
        house.bench.remove(said)
        house.hear_all()

        message = house.message(said)
        assert message.hidden_at
        assert not house.case_of(said).is_public or house.case_of(said).hidden_at

    # Out.

    def asked(self, house: House, text: str = "Where is my parcel?") -> str:
        if self.can(house).by_hand:
            pytest.skip("a person puts the answers there")
        said = house.bench.say(CLEO, text)
        house.hear_all()
        return said

    def test_an_answer_arrives_once(self, house: House) -> None:
        said = self.asked(house)
        (delivery,) = house.reply(house.case_of(said), "It comes tomorrow.")
        house.send()
        house.send()

        assert house.delivery(delivery.id).state in {"sent", "delivered", "read"}
        (got,) = [one for one in house.bench.got() if "comes tomorrow" in one.text]
        assert got.is_public == house.bench.says_public

    def test_the_reader_sees_it_where_they_asked(self, house: House) -> None:
        said = self.asked(house)
        house.reply(house.case_of(said), "It comes tomorrow.")
        house.send()

        assert any("comes tomorrow" in one.text for one in house.bench.network.shown(CLEO))

    def test_news_of_our_own_words_opens_no_case(self, house: House) -> None:
        said = self.asked(house)
        case = house.case_of(said)
        house.reply(case, "It comes tomorrow.")
        house.send()
        house.hear_all()

        thread = house.thread(case)
        assert [one.direction for one in thread if one.direction != "note"].count("outbound") == 1

    def test_a_refusal_is_final_and_shown(self, house: House) -> None:
        said = self.asked(house)
        (delivery,) = house.reply(house.case_of(said), "It comes tomorrow.")
        house.bench.fail(house.bench.refusal)
        house.send()

        found = house.delivery(delivery.id)
        assert found.state == "dead"
        assert found.error, "nobody is told why"

    def test_a_passing_fault_is_tried_again(self, house: House) -> None:
        said = self.asked(house)
        (delivery,) = house.reply(house.case_of(said), "It comes tomorrow.")
        house.bench.fail(503)
        house.send()
        assert house.delivery(delivery.id).state in {"queued", "unknown"}
        if house.delivery(delivery.id).state == "unknown":
            pytest.fail("a plain 503 was answered: it did not go out, and may be tried again")
        house.try_at_once(delivery.id)
        house.send()

        assert house.delivery(delivery.id).state in {"sent", "delivered", "read"}
        assert len([one for one in house.bench.got() if "comes tomorrow" in one.text]) == 1

    def test_retry_after_is_obeyed(self, house: House) -> None:
        if not house.bench.says_when:
            pytest.skip("this provider never says when to come again")
        said = self.asked(house)
        (delivery,) = house.reply(house.case_of(said), "It comes tomorrow.")
        since = now()
        house.bench.fail(429, headers={"retry-after": "1234"})
        house.send()

        found = house.delivery(delivery.id)
        assert found.state == "queued"
        assert 1200 < waits_s(found, since) < 1300

    def test_a_connection_that_breaks_sends_nothing_twice(self, house: House) -> None:
        said = self.asked(house)
        (delivery,) = house.reply(house.case_of(said), "It comes tomorrow.")
        house.bench.drop()
        house.send()
        found = house.delivery(delivery.id)
        if self.can(house).deduplicates:
            house.try_at_once(delivery.id)
            house.send()
            assert house.delivery(delivery.id).state in {"sent", "delivered", "read"}
        else:
            assert found.state == "unknown", "it may have arrived: a person has to look"

        assert len([one for one in house.bench.got() if "comes tomorrow" in one.text]) == 1

    def test_a_token_that_ended_is_said_in_words(self, house: House) -> None:
        if not house.bench.has_tokens:
            pytest.skip("this provider's credentials never end")
        said = self.asked(house)
        (delivery,) = house.reply(house.case_of(said), "It comes tomorrow.")
        house.bench.expire()
        house.send()

        found = house.delivery(delivery.id)
        assert found.provider_code == TOKEN_EXPIRED
        assert found.state in {"queued", "dead"}
        assert not any("comes tomorrow" in one.text for one in house.bench.got())
        wire = house.wire()
        try:
            checks = wire.verify()
        finally:
            wire.close()
        assert [check for check in checks if not check.ok and check.text]

    def test_a_provider_that_is_away_is_said_in_words(self, house: House) -> None:
        house.go_away()
        wire = house.wire()
        try:
            checks = wire.verify()
            assert checks
            assert any(not check.ok for check in checks)
            assert all(check.text for check in checks)
            if self.can(house).polls:
                with pytest.raises(DeliveryError) as caught:
                    list(wire.fetch("", limit=10))
                assert not caught.value.permanent
        finally:
            wire.close()

    def test_a_long_answer_arrives_whole(self, house: House) -> None:
        rule = self.can(house).length
        if rule.most is None:
            pytest.skip("everything fits")
        said = self.asked(house)
        words = [f"word{number}" for number in range(200)]
        most = rule.most * (160 if rule.counts == "sms" else 1)
        while len(" ".join(words)) < min(most * 2, 20_000):
            words.append(f"word{len(words)}")
        text = ". ".join(" ".join(words[at : at + 9]) for at in range(0, len(words), 9))
        house.reply(house.case_of(said), text)
        for _ in range(40):
            house.send()

        together = " ".join(one.text for one in house.bench.got())
        assert [word for word in words if word not in together] == []

    def test_what_is_private_is_never_posted(self, house: House) -> None:
        can = self.can(house)
        said = self.asked(house)
        (delivery,) = house.reply(house.case_of(said), "Your code is 990011.", public=False)
        house.send()

        assert not any("990011" in one.text and one.is_public for one in house.bench.got())
        if not can.private:
            assert house.delivery(delivery.id).state == "dead"

    # Around.

    def test_an_address_has_one_normal_form(self, house: House) -> None:
        said = self.asked(house)
        with house.database.read() as unit:
            identity = store_contacts.identity_by_id(unit, house.message(said).identity_id or "")
        assert identity
        channel = house.bench.channel
        assert channel.normalise(identity.address) == identity.address
        with pytest.raises(Invalid):
            channel.normalise("")

    def test_the_connection_test_is_glad(self, house: House) -> None:
        wire = house.wire()
        try:
            checks = wire.verify()
        finally:
            wire.close()
        assert checks
        assert [check for check in checks if not check.ok] == []

    def test_a_fault_while_fetching_is_noted_on_the_inbox(self, house: House) -> None:
        if not self.can(house).polls:
            pytest.skip("nothing is fetched")
        house.go_away()
        poller = Poller(house.database, house.office.channels, interval_s=60)
        poller.refresh()
        try:
            for _ in range(400):
                if house.present().error:
                    break
                poller._stop.wait(0.025)  # noqa: SLF001
        finally:
            poller.stop()

        assert house.present().error
        assert house.present().error_since
