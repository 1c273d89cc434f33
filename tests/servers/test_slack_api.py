"""The local Slack, driven by the real SDK: its Web API refuses and gives what Slack does."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import ClientConnectionError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from tests.servers import slack_specs
from tests.servers.slack_api import SlackApi
from tests.servers.slack_bolt_app import button, field, modal, text
from tests.servers.slack_methods import METHODS
from tests.servers.slack_world import Json

needs_specs = pytest.mark.skipif(bool(slack_specs.missing()), reason=slack_specs.missing())
QUIET: Json = {"unfurl_links": False, "unfurl_media": False}


@pytest.fixture
def client(slack: SlackApi) -> AsyncWebClient:
    bare = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    bare.retry_handlers.clear()
    return bare


async def refused(call: Awaitable[AsyncSlackResponse]) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response["error"]


async def told(call: Awaitable[AsyncSlackResponse]) -> Json:
    """What Slack answers, as it came."""
    answer = (await call).data
    assert isinstance(answer, dict)
    return answer


def section(words: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


async def test_a_message_is_posted_found_by_its_metadata_changed_and_deleted(
    slack: SlackApi, client: AsyncWebClient
):
    ana = slack.person("ana")
    metadata = {"event_type": "podium", "event_payload": {"post": "p1"}}
    root = await told(
        client.chat_postMessage(
            channel="#general", text="Root", blocks=[section("*Root*")], metadata=metadata, **QUIET
        )
    )
    place, ts = root["channel"], root["ts"]
    reply = await told(client.chat_postMessage(channel=place, text="Reply", thread_ts=ts, **QUIET))
    found = await told(
        client.conversations_replies(channel=place, ts=ts, include_all_metadata=True)
    )
    assert [one["text"] for one in found["messages"]] == ["Root", "Reply"]
    assert found["messages"][0]["metadata"] == metadata
    assert found["messages"][0]["reply_count"] == 1
    bare = await told(client.conversations_history(channel=place))
    assert [one.get("metadata") for one in bare["messages"]] == [None]
    await client.chat_update(channel=place, ts=ts, text="New", blocks=[section("New")])
    assert [shown.text for shown in ana.sees(thread_ts=ts)] == ["New", "Reply"]
    await client.chat_delete(channel=place, ts=reply["ts"])
    assert [shown.text for shown in ana.sees(thread_ts=ts)] == ["New"]
    link = await told(client.chat_getPermalink(channel=place, message_ts=ts))
    assert ts.replace(".", "") in link["permalink"]


async def test_what_slack_refuses_by_name(slack: SlackApi, client: AsyncWebClient):
    ana = slack.person("ana")
    theirs = ana.say("hello")
    slack.team.add_channel("secret", private=True, bot=False)
    hall = slack.team.add_channel("hall", bot=False)
    old = slack.team.add_channel("old")
    slack.admin.archive("old")
    post, update = client.chat_postMessage, client.chat_update
    assert await refused(post(channel="#nowhere", text="x")) == "channel_not_found"
    assert await refused(post(channel="#secret", text="x")) == "channel_not_found"
    assert await refused(post(channel=old.id, text="x")) == "is_archived"
    await post(channel=hall.id, text="chat:write.public", **QUIET)
    slack.admin.remove_bot("hall")
    assert await refused(post(channel=hall.id, text="x")) == "not_in_channel"
    place = theirs.channel
    assert await refused(update(channel=place, ts=theirs.ts, text="x")) == "cant_update_message"
    assert await refused(update(channel=place, ts="1.2", text="x")) == "message_not_found"
    said = (await told(post(channel=place, text="mine", **QUIET)))["ts"]
    assert await refused(update(channel=place, ts=said, text="x" * 40_001)) == "msg_too_long"
    slack.admin.lock(theirs)
    locked = await refused(post(channel=place, text="x", thread_ts=theirs.ts))
    assert locked == "restricted_action_thread_locked"
    outsider = slack.person("guest")
    outsider.leave("#general")
    whisper = client.chat_postEphemeral(channel=place, user=outsider.id, text="x")
    assert await refused(whisper) == "user_not_in_channel"
    assert await refused(client.users_info(user="U404")) == "user_not_found"


@needs_specs
async def test_tokens_and_scopes_are_looked_at_first(slack: SlackApi, client: AsyncWebClient):
    stranger = AsyncWebClient(token="xoxb-unknown", base_url=slack.api_url)
    assert await refused(stranger.auth_test()) == "invalid_auth"
    assert (await client.auth_test()).headers["x-oauth-scopes"]
    app = AsyncWebClient(token=slack.app_token, base_url=slack.api_url)
    assert await refused(app.chat_postMessage(channel="c", text="x")) == "not_allowed_token_type"
    sockets = client.apps_connections_open(app_token=slack.bot_token)
    assert await refused(sockets) == "not_allowed_token_type"
    slack.tokens[slack.bot_token].scopes -= {"users:read", "channels:history"}
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user="U1")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "users:read"
    slack.admin.revoke()
    assert await refused(client.auth_test()) == "token_revoked"
    slack.admin.uninstall()
    assert await refused(client.auth_test()) == "account_inactive"


_OPTION = {"text": text("one"), "value": "1"}
_TABLE_ROW = [{"type": "raw_text", "text": "cell"}]
_WRONG: list[Callable[[], list[Json]]] = [
    lambda: [section("x")] * 51,
    lambda: [section("x" * 3001)],
    lambda: [section("")],
    lambda: [{"type": "section"}],
    lambda: [{"type": "section", "fields": [text("x" * 2001)]}],
    lambda: [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    lambda: [{"type": "header", "text": text("x" * 151)}],
    lambda: [{"type": "actions", "elements": []}],
    lambda: [{"type": "actions", "elements": [button("x", f"a{n}") for n in range(26)]}],
    lambda: [{"type": "actions", "elements": [button("x", "same"), button("y", "same")]}],
    lambda: [{"type": "actions", "elements": [button("x" * 76, "a")]}],
    lambda: [{"type": "actions", "elements": [button("x", "a" * 256)]}],
    lambda: [{"type": "actions", "elements": [button("x", "a", "v" * 2001)]}],
    lambda: [{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}],
    lambda: [{"type": "table", "rows": [_TABLE_ROW] * 101}],
    lambda: [{"type": "table", "rows": [_TABLE_ROW * 21]}],
    lambda: [{"type": "markdown", "text": "x" * 12_001}],
    lambda: [
        field(
            "F",
            {"type": "static_select", "options": [{"text": text("x"), "value": "v" * 151}]},
        )
    ],
    lambda: [field("F", {"type": "radio_buttons", "options": [_OPTION] * 11})],
    lambda: [field("F", {"type": "file_input"})],
    lambda: [{"type": "actions", "elements": [{"type": "overflow", "options": [_OPTION] * 6}]}],
]


@pytest.mark.parametrize("number", range(len(_WRONG)))
async def test_blocks_that_slack_does_not_take_are_refused_and_remembered(number: int):
    async with SlackApi() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        post = client.chat_postMessage(channel="general", text="x", blocks=_WRONG[number]())
        assert await refused(post) == "invalid_blocks"
        assert slack.violations
        assert not slack.team.channel("general").messages


@needs_specs
async def test_the_schema_and_the_specifications_are_held_against_what_is_sent():
    async with SlackApi() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        unknown = [{"type": "section", "text": text("x"), "colour": "red"}]
        post = client.chat_postMessage(channel="general", text="x", blocks=unknown)
        assert await refused(post) == "invalid_blocks"
        assert "colour" in slack.violations.pop()
        assert await refused(client.api_call("chat.postMessage", json={"text": "x"}))
        assert "channel is required" in slack.violations.pop()
        await client.api_call("auth.test", json={"made_up": 1})
        assert "made_up" in slack.violations.pop()
        await client.chat_postMessage(channel="general", text="x")
        assert "unfurl_links" in slack.violations.pop()
        assert not slack.violations


@needs_specs
def test_every_method_that_is_specified_is_there():
    place = slack_specs.folder()
    assert place
    assert {path.stem for path in (place / "methods").glob("*.json")} <= METHODS.keys()


async def test_too_much_in_all_blocks_is_refused():
    async with SlackApi() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        much = [section("x" * 2900) for _ in range(5)]
        post = client.chat_postMessage(channel="general", text="x", blocks=much)
        assert await refused(post) == "msg_blocks_too_long"


async def test_a_trigger_is_good_for_three_seconds_and_once(
    slack: SlackApi, client: AsyncWebClient
):
    ana = slack.person("ana")
    form = modal("Form", field("Name", {"type": "plain_text_input"}))
    trigger = slack.trigger(slack.team, ana.id)
    slack.clock.skip(3.1)
    assert await refused(client.views_open(trigger_id=trigger, view=form)) == "expired_trigger_id"
    trigger = slack.trigger(slack.team, ana.id)
    opened = (await told(client.views_open(trigger_id=trigger, view=form)))["view"]
    again = client.views_open(trigger_id=trigger, view=form)
    assert await refused(again) == "exchanged_trigger_id"
    assert await refused(client.views_open(trigger_id="1.2", view=form)) == "invalid_trigger_id"
    updated = await told(client.views_update(view_id=opened["id"], hash=opened["hash"], view=form))
    late = client.views_update(view_id=opened["id"], hash=opened["hash"], view=form)
    assert await refused(late) == "hash_conflict"
    for _ in range(2):
        trigger = slack.trigger(slack.team, ana.id, updated["view"]["id"])
        await client.views_push(trigger_id=trigger, view=form)
    trigger = slack.trigger(slack.team, ana.id, updated["view"]["id"])
    fourth = client.views_push(trigger_id=trigger, view=form)
    assert await refused(fourth) == "push_limit_reached"
    assert ana.depth == 3
    gone = client.views_update(view_id="V404", view=form)
    assert await refused(gone) == "not_found"


async def test_a_modal_keeps_what_was_typed_where_its_ids_stay_and_slack_looks_first(
    slack: SlackApi, client: AsyncWebClient
):
    ana = slack.person("ana")
    name = field("Name", {"type": "plain_text_input", "max_length": 5})
    day = field("Day", {"type": "datepicker", "initial_date": "2026-11-30"})
    age = field("Age", {"type": "number_input", "is_decimal_allowed": False}, optional=True)
    trigger = slack.trigger(slack.team, ana.id)
    opened = await told(client.views_open(trigger_id=trigger, view=modal("Form", name, day, age)))
    await ana.fill({"Name": "Acme 2000", "Age": "old"})
    assert await ana.submit() is None
    seen = ana.modal
    assert seen
    assert set(seen.errors) == {"Name", "Age"}
    renamed = {**day, "block_id": "other"}
    await client.views_update(view_id=opened["view"]["id"], view=modal("Form 2", name, renamed))
    seen = ana.modal
    assert seen
    assert [(one.label, one.value) for one in seen.fields] == [
        ("Name", "Acme 2000"),
        ("Day", "2026-11-30"),
    ]
    assert not seen.errors


@needs_specs
@pytest.mark.parametrize(
    "view",
    [
        modal("x" * 25),
        {**modal("Form", field("F", {"type": "plain_text_input"})), "submit": None},
        modal("Form", {"type": "markdown", "text": "only in messages"}),
        modal("Form", *[{"type": "divider"}] * 101),
        modal("Form", private_metadata="x" * 3001),
        modal("Form", {"type": "made_up"}),
    ],
)
async def test_views_that_slack_does_not_take_are_refused(view: Json):
    async with SlackApi() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        trigger = slack.trigger(slack.team, slack.person("ana").id)
        assert await refused(client.views_open(trigger_id=trigger, view=view))
        assert slack.violations
        assert not slack.triggers[trigger].used


async def test_faults_come_as_switched_on(slack: SlackApi, client: AsyncWebClient):
    slack.fail("chat.postMessage", drop="after")
    with pytest.raises(ClientConnectionError):
        await client.chat_postMessage(channel="general", text="kept", **QUIET)
    slack.fail("chat.postMessage", drop="before")
    with pytest.raises(ClientConnectionError):
        await client.chat_postMessage(channel="general", text="lost", **QUIET)
    slack.fail("chat.postMessage", error="internal_error")
    post = client.chat_postMessage
    assert await refused(post(channel="general", text="lost")) == "internal_error"
    slack.fail("chat.postMessage", status=429, retry_after_s=7)
    with pytest.raises(SlackApiError) as caught:
        await post(channel="general", text="lost")
    assert caught.value.response.headers["Retry-After"] == "7"
    held = asyncio.Event()
    fault = slack.fail("chat.postMessage", hold=held)
    waiting = asyncio.ensure_future(post(channel="general", text="held", **QUIET))
    await slack.until(lambda: fault.met)
    assert [shown.text for shown in slack.person("ana").sees()] == ["kept"]
    held.set()
    await waiting
    assert [shown.text for shown in slack.person("ana").sees()] == ["kept", "held"]


async def test_limits_answer_429_until_the_clock_moves(slack: SlackApi, client: AsyncWebClient):
    slack.limits.on = True
    for number in range(5):
        await client.chat_postMessage(channel="general", text=f"{number}", **QUIET)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="general", text="too soon", **QUIET)
    slack.clock.skip(float(caught.value.response.headers["Retry-After"]))
    await client.chat_postMessage(channel="general", text="later", **QUIET)


async def test_files_go_up_and_come_down_with_the_token_alone(
    slack: SlackApi, client: AsyncWebClient
):
    ana = slack.person("ana")
    root = await told(client.chat_postMessage(channel="general", text="Root", **QUIET))
    await client.files_upload_v2(
        filename="draft.md",
        content="# Draft",
        channel=root["channel"],
        thread_ts=root["ts"],
        initial_comment="The whole draft",
    )
    shared = ana.sees(thread_ts=root["ts"])[-1]
    assert "The whole draft" in shared.text
    assert "draft.md" in shared.text
    file = shared.message.files[0]
    info = (await told(client.files_info(file=file.id)))["file"]
    async with aiohttp.ClientSession() as session:
        bare = await session.get(info["url_private"])
        assert "Log in" in await bare.text()
        allowed = {"Authorization": f"Bearer {slack.bot_token}"}
        given = await session.get(info["url_private_download"], headers=allowed)
        assert await given.read() == b"# Draft"


async def test_a_stream_grows_ends_with_blocks_and_dies_of_age(
    slack: SlackApi, client: AsyncWebClient
):
    ana = slack.person("ana")
    asked = ana.say("Tell me")
    stream = await client.chat_stream(
        channel=asked.channel,
        thread_ts=asked.ts,
        recipient_team_id=slack.team.id,
        recipient_user_id=ana.id,
        buffer_size=1,
    )
    await stream.append(markdown_text="One ")
    await stream.append(markdown_text="**two**")
    assert ana.sees(thread_ts=asked.ts)[-1].text == "One two"
    await stream.stop(blocks=[{"type": "actions", "elements": [button("Fine", "fine")]}])
    assert ana.sees(thread_ts=asked.ts)[-1].buttons == ("Fine",)
    old = await told(
        client.chat_startStream(
            channel=asked.channel,
            thread_ts=asked.ts,
            recipient_team_id=slack.team.id,
            recipient_user_id=ana.id,
        )
    )
    update = client.chat_update(channel=asked.channel, ts=old["ts"], text="x")
    assert await refused(update) == "streaming_state_conflict"
    slack.clock.skip(307)
    late = client.chat_appendStream(channel=asked.channel, ts=old["ts"], markdown_text="x")
    assert await refused(late) == "message_not_in_streaming_state"


async def test_a_workspace_is_installed_over_oauth_and_has_its_own_people(
    slack: SlackApi, client: AsyncWebClient
):
    other = slack.workspace("Other")
    bo = slack.person("bo", other)
    async with aiohttp.ClientSession() as session:
        answer = await session.get(
            f"{slack.url}/oauth/v2/authorize",
            params={"state": "s1", "team": other.id, "redirect_uri": "http://127.0.0.1/back"},
            allow_redirects=False,
        )
    back = answer.headers["Location"]
    assert "state=s1" in back
    code = back.partition("code=")[2].partition("&")[0]
    login: Json = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
    installed = await told(client.oauth_v2_access(**login, code=code))
    assert installed["team"]["id"] == other.id
    assert await refused(client.oauth_v2_access(**login, code=code)) == "invalid_code"
    theirs = AsyncWebClient(token=installed["access_token"], base_url=slack.api_url)
    await theirs.chat_postMessage(channel=bo.id, text="Hello Bo", **QUIET)
    assert [shown.text for shown in bo.sees("")] == ["Hello Bo"]
    assert await refused(theirs.users_info(user=slack.person("ana").id)) == "user_not_found"


async def test_mentions_ring_and_are_read_by_name(slack: SlackApi, client: AsyncWebClient):
    ana, bo = slack.person("ana"), slack.person("bo")
    await client.chat_postMessage(
        channel="general",
        text="For Ana",
        blocks=[
            section(f"<@{ana.id}>, see <https://x.test|this> &amp; &lt;that&gt; <!date^1^d|today>"),
            {"type": "markdown", "text": "**Bold** `code` \\*no\\* &lt;b&gt;\n\n| a | b |\n|-|-|"},
            {"type": "table", "rows": [[{"type": "raw_text", "text": "cell"}]]},
        ],
        **QUIET,
    )
    [shown] = ana.pings()
    assert shown.text == ("@ana, see this & <that> today\nBold code *no* <b>\na | b\ncell")
    assert not bo.pings()
    await client.chat_postMessage(channel="general", text="<!channel> all", **QUIET)
    assert [one.text for one in bo.pings()] == ["@channel all"]
