"""Places of the page, and the ids and addresses that name them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.address import address
from adapters.web.places import (
    GENERAL,
    Place,
    channel_name,
    line_path,
    member,
    place_at,
    place_of,
)
from bot.ports import PlaceGone

channels = st.text(min_size=1, max_size=80).map(channel_name).filter(bool)


@given(channels, st.text())
def test_a_message_of_a_channel_is_the_place_of_its_thread(channel: str, key: str):
    message = Place(channel).message(key)
    thread = place_of(message)
    assert thread.channel == channel
    assert thread.id == thread.thread == message
    assert place_of(thread.message("a reply")) == thread


@given(channels, st.text())
def test_a_message_is_found_again_by_its_address(channel: str, key: str):
    here = Place(channel)
    thread = here.thread_of(key)
    for place, line in ((here, here.message(key)), (thread, thread.message(key))):
        at = address(line_path(line))
        assert (at.section, place_at(at.path)) == ("chat", place)
        assert place.line(at.asked["at"]) == line
    assert thread.line(thread.root) == thread.id


@pytest.mark.parametrize("at", ["", "A", "../x", "ab:cd", "ab.cd", "<b>"])
def test_what_no_message_is_called_is_none(at: str):
    assert Place(GENERAL).line(at) == ""


@given(channels)
def test_a_channel_is_found_again_by_its_id_its_name_and_its_address(channel: str):
    place = Place(channel)
    assert place_of(place.id) == place_of(channel) == place_at(place.path) == place
    thread = place_of(place.message("key"))
    assert place_at(thread.path) == thread


def test_the_same_key_gives_the_same_message_and_another_place_another_one():
    general, launches = Place(GENERAL), Place("#launches")
    assert general.message("run/root") == general.message("run/root")
    assert general.message("run/root") != launches.message("run/root")
    assert general.message("run/root") != general.message("run/draft-1")


def test_channels_are_written_in_one_way():
    assert channel_name(" #Launches ") == channel_name("launches") == "#launches"
    assert channel_name("Büro-2.0") == "#büro-2.0"
    assert channel_name("発表") == "#発表"


@pytest.mark.parametrize("name", ["", "#", "a b", "#a:b", "a/b", "##a", "#" + "a" * 81, "..", "-"])
def test_what_cannot_be_a_channel_is_none(name: str):
    assert channel_name(name) == ""


@pytest.mark.parametrize(
    "place", ["", "slack:T1:C2", "web:podium:general", "web:podium:#a b", "web:podium:#a:b:c", "#"]
)
def test_a_place_of_somewhere_else_is_gone(place: str):
    with pytest.raises(PlaceGone, match="no channel of this page"):
        place_of(place)


@given(st.text())
def test_every_address_shows_some_channel(path: str):
    assert channel_name(place_at(path).channel)


def test_a_member_is_named_as_they_wrote_it_and_called_by_a_short_word():
    ana = member("  Ana  Ruiz\u202e ")
    assert ana is not None
    assert (ana.id, ana.name) == ("web:podium:ana-ruiz", "Ana Ruiz")


@pytest.mark.parametrize("name", ["", "   ", "\u202e", ":::", "💥", "Podium"])
def test_a_name_of_which_nothing_is_left_is_nobody(name: str):
    assert member(name) is None


@given(st.text())
def test_a_members_id_has_three_parts_whatever_the_name(name: str):
    found = member(name)
    assert found is None or (found.id.count(":") == 2 and not set(found.id) & set(" /\n#"))


@given(st.text())
def test_whatever_stands_in_an_address_leads_somewhere(asked: str):
    for url in (asked, f"//{asked}", f"/runs?{asked}", f"/runs/{asked}", f"/c/{asked}"):
        assert address(url).section in ("home", "chat", "runs", "run", "playbooks", "health")


def test_an_address_may_ask_for_more_than_anybody_answers():
    assert len(address("/runs?" + "&".join(f"a{n}=1" for n in range(500))).asked) == 20
    assert address("//[").section == "home"
