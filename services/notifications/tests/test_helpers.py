"""Who is mandated to help a person hears of her calls, in her name, and that they are over."""

import datetime as dt

import pytest
from notice_samples import own_links
from notifications_samples import ANSWER_BY, call_id, consent, contact, issued, person, recorded, withdrawn
from sqlalchemy import text
from test_notices import identity

from contracts.examples.story import DWELLING
from contracts.notices import notice_id
from contracts.values import Channel, Language
from notifications.domain.delivery import Purpose
from notifications.domain.notice import Notice, OfHome
from notifications.rendering.notices import NoticeRenderer

NO = (consent(Channel.EMAIL, granted=False),)


async def told(harness):
    """Purpose, person, channel and state of each message but the SMS that nobody has a phone for."""
    async with harness.work() as work:
        found = await work.session.execute(
            text("SELECT purpose, person_id, channel, state FROM delivery WHERE channel <> 'sms' ORDER BY purpose")
        )
        return {tuple(row) for row in found}


def helper_call(home):
    day = ANSWER_BY.date()
    return Notice(
        notice_id=notice_id(call_id(1), person(1), Purpose.HELPER_CALL.value), purpose=Purpose.HELPER_CALL,
        person_id=person(1), subject=call_id(1), respond_by=day, ends_on=day, of_home=home,
        taken_at=ANSWER_BY - dt.timedelta(days=5),
    )  # fmt: skip


async def test_a_helper_is_asked_as_well_by_her_own_consents_and_never_by_letter(harness):
    await harness.handle(
        recorded(1, helper=person(2)), recorded(2), recorded(3, helper=person(4)), recorded(4, consents=NO)
    )
    await harness.handle(issued(1, 3))
    await harness.run_due()
    assert await told(harness) == {
        ("call", person(1), "email", "pending"),
        ("call", person(3), "email", "pending"),
        ("helper_call", person(2), "email", "pending"),
        ("helper_call", person(4), "email", "suppressed"),
    }


async def test_nobody_without_a_helper_makes_a_notice(harness):
    await harness.handle(recorded(1), recorded(2, helper=person(1)))
    await harness.handle(issued(1))
    await harness.run_due()
    assert await harness.scalar("SELECT count(*) FROM notice") == 0


async def test_a_call_that_is_over_before_her_message_left_is_none_for_the_helper(harness):
    await harness.handle(recorded(1, helper=person(2)), recorded(2))
    await harness.handle(issued(1))
    await harness.run_due()
    await harness.handle(withdrawn(1))
    await harness.run_due()
    assert ("helper_call", person(2), "email", "suppressed") in await told(harness)
    assert await harness.scalar("SELECT count(*) FROM notice WHERE purpose = 'helper_withdrawal'") == 0


async def test_a_call_that_is_over_before_channels_were_decided_on_tells_the_helper_nothing(harness):
    await harness.handle(recorded(1, helper=person(2)), recorded(2))
    await harness.handle(issued(1))
    await harness.handle(withdrawn(1))
    await harness.run_due()
    assert "helper_call" not in {row[0] for row in await told(harness)}


async def test_a_helper_that_heard_of_a_call_hears_that_it_is_over(harness):
    await harness.handle(recorded(1, helper=person(2)), recorded(2))
    await harness.handle(issued(1))
    await harness.run_due()
    async with harness.work() as work:
        left = "UPDATE delivery SET state = 'sent', notice_due_at = NULL WHERE purpose = 'helper_call'"
        await work.session.execute(text(left + " AND state = 'pending'"))
    await harness.handle(withdrawn(1))
    await harness.run_due()
    assert ("helper_withdrawal", person(2), "email", "pending") in await told(harness)


@pytest.mark.parametrize(
    ("language", "said"), [(Language.FRENCH, "un non ne lui coûte rien"), (Language.ENGLISH, "a no costs it nothing")]
)
@pytest.mark.parametrize("step", [None, "neighbours", "type", "rent"])
async def test_a_helper_reads_why_a_home_is_not_quite_the_one_wished(harness, language, said, step):
    reasons = ("wanted_place",) if step is None else (f"widened_{step}", "seniority")
    await harness.handle(recorded(1, helper=person(2)), recorded(2))
    await harness.handle(issued(1, reasons=reasons))
    kept = OfHome.model_validate_json(await harness.scalar("SELECT of_home::text FROM notice"))
    assert kept.widened == (None if step is None else f"widened_{step}")
    words = NoticeRenderer(identity(), own_links()).words(helper_call(kept), contact(language=language), "Odette Essai")
    whole = " ".join(words.paragraphs)
    assert (said in whole) is (step is not None)
    assert "widened" not in whole


@pytest.mark.parametrize(
    ("language", "said"), [(Language.FRENCH, "répondre pour elle"), (Language.ENGLISH, "answer on its behalf")]
)
def test_the_message_says_for_whom_and_how_to_answer(language, said):
    home = OfHome(dwelling=DWELLING, available_on=dt.date(2027, 2, 1), available_on_expected=True)
    words = NoticeRenderer(identity(), own_links()).words(helper_call(home), contact(language=language), "Odette Essai")
    whole = " ".join(words.paragraphs)
    assert said in whole
    assert "Odette Essai" in whole
    assert "Odette Essai" in words.sms
    assert words.paragraphs.count(words.link) == 1
    assert words.link in words.sms
