"""The local Slack with a real Bolt app: what people do reaches it, and its answers reach them."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack_api import SlackApi
from tests.servers.slack_bolt_app import app_of, button, connected, field, modal
from tests.servers.slack_world import Json


@pytest.fixture
def app(slack: SlackApi) -> AsyncApp:
    return app_of(slack)


async def test_a_form_is_opened_sent_back_and_sent_and_its_button_pressed(
    slack: SlackApi, app: AsyncApp
):
    @app.command("/delegate")
    async def opens(ack: AsyncAck, body: Json, client: AsyncWebClient):
        await ack()
        form = modal("Delegate", field("Product", {"type": "plain_text_input"}))
        await client.views_open(trigger_id=body["trigger_id"], view=form)

    @app.view("form")
    async def sent(ack: AsyncAck, body: Json, client: AsyncWebClient):
        product = body["view"]["state"]["values"]["product"]["held"]["value"]
        if product == "bad":
            await ack(response_action="errors", errors={"product": "Not this one."})
            return
        await ack()
        await client.chat_postMessage(
            channel="general",
            text=product,
            blocks=[
                {"type": "markdown", "text": f"**{product}**"},
                {"type": "actions", "elements": [button("Approve", "approve")]},
            ],
            unfurl_links=False,
            unfurl_media=False,
        )

    @app.action("approve")
    async def approved(ack: AsyncAck, body: Json, client: AsyncWebClient, respond: AsyncRespond):
        await ack()
        place, ts = body["channel"]["id"], body["message"]["ts"]
        await client.chat_update(channel=place, ts=ts, text="Approved", blocks=[])
        await respond("You did.", replace_original=False)

    ana = slack.person("Ana")
    async with connected(app, slack):
        await ana.type("/delegate brief")
        form = await ana.until(lambda ana: ana.modal)
        assert (form.title, [one.label for one in form.fields]) == ("Delegate", ["Product"])
        await ana.fill({"Product": "bad"})
        await ana.submit()
        again = ana.modal
        assert again
        assert again.errors == {"Product": "Not this one."}
        assert again.fields[0].value == "bad"
        await ana.fill({"Product": "Acme"})
        await ana.submit()
        assert ana.modal is None
        card = await ana.until(lambda ana: next((one for one in ana.sees() if one.buttons), None))
        assert (card.text, card.buttons) == ("Acme", ("Approve",))
        await ana.press(card, "Approve")
        [whisper] = await ana.until(lambda ana: ana.whispers())
        assert whisper.text == "You did."
        assert [one.text for one in slack.person("Bo").sees()] == ["Approved"]


async def test_a_modal_is_pushed_updated_closed_and_cleared(slack: SlackApi, app: AsyncApp):
    closed: list[bool] = []
    steps = iter(["push", "update", "clear"])

    @app.shortcut("start")
    async def start(ack: AsyncAck, body: Json, client: AsyncWebClient):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal("One"))

    @app.view("form")
    async def sent(ack: AsyncAck):
        step = next(steps)
        if step == "clear":
            await ack(response_action="clear")
            return
        view = modal(step, notify_on_close=True)
        await ack({"response_action": step, "view": view})

    @app.view_closed("form")
    async def gone(ack: AsyncAck, body: Json):
        await ack()
        closed.append(body["is_cleared"])

    ana = slack.person("Ana")
    async with connected(app, slack):
        await ana.shortcut("start")
        await ana.until(lambda ana: ana.modal)
        await ana.submit()
        assert (ana.depth, ana.modal and ana.modal.title) == (2, "push")
        await ana.submit()
        assert (ana.depth, ana.modal and ana.modal.title) == (2, "update")
        await ana.close_modal()
        assert (ana.depth, closed) == (1, [False])
        await ana.submit()
        assert ana.depth == 0


async def test_mentions_files_shortcuts_and_the_home_arrive(slack: SlackApi, app: AsyncApp):
    heard: list[Json] = []

    @app.event("app_mention")
    async def mentioned(event: Json):
        heard.append(event)

    @app.event("message")
    async def said(event: Json):
        heard.append(event)

    @app.event("file_shared")
    async def shared(event: Json):
        heard.append(event)

    @app.shortcut("delegate_this")
    async def shortcut(ack: AsyncAck, body: Json):
        await ack()
        heard.append(body)

    @app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient):
        blocks = [{"type": "actions", "elements": [button("Delegate", "delegate")]}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.action("delegate")
    async def pressed(ack: AsyncAck, body: Json):
        await ack()
        heard.append(body)

    ana = slack.person("Ana")
    async with connected(app, slack):
        root = ana.mention("help & <more>")
        ana.say("with a file", thread_ts=root.ts, files=[("a.txt", b"words")])
        await ana.shortcut("delegate_this", root)
        ana.open_home()
        await ana.until(lambda ana: ana.home_controls())
        await ana.press_home("Delegate")
        await slack.deliveries.quiet()
    kinds = sorted(f"{one['type']}.{one.get('subtype', '')}" for one in heard)
    assert kinds == [
        *("app_mention.", "block_actions.", "file_shared.", "message."),
        *("message.file_share", "message_action."),
    ]
    mention = next(one for one in heard if one["type"] == "app_mention")
    assert mention["text"] == f"<@{slack.team.bot.id}> help &amp; &lt;more&gt;"


async def test_what_is_not_acked_comes_again_an_event_but_not_a_command(
    slack: SlackApi, app: AsyncApp
):
    slack.ack_s = 0.3
    attempts: list[str] = []
    again = asyncio.Event()

    @app.middleware
    async def forgets(req: Any, resp: Any, next: Any):
        if req.body.get("event", {}).get("type") == "app_mention":
            attempts.append(req.headers["x-slack-retry-num"][0])
            if len(attempts) < 3:
                return None
            again.set()
        return await next()

    @app.event("app_mention")
    async def mentioned():
        pass

    @app.event("message")
    async def said():
        pass

    ana = slack.person("Ana")
    async with connected(app, slack):
        ana.mention("hello")
        await again.wait()
        await ana.type("/unheard")
        assert ana.notices == ["/unheard failed with the error “operation_timeout”"]
        await slack.deliveries.quiet()
    assert attempts == ["0", "1", "2"]
    await ana.type("/unheard")
    assert "dispatch_failed" in ana.notices[-1]


async def test_events_wait_for_an_app_that_is_away_and_duplicates_are_delivered(
    slack: SlackApi, app: AsyncApp
):
    heard: list[str] = []

    @app.event("message")
    async def said(event: Json, body: Json):
        heard.append(body["event_id"])

    ana = slack.person("Ana")
    ana.say("nobody is there yet")
    async with connected(app, slack):
        ana.say("twice", times=2)
        await slack.deliveries.quiet()
        await slack.until(lambda: len(heard) == 3)
    assert len(set(heard)) == 2


@pytest.mark.parametrize("way", ["refresh_requested", "cut"])
async def test_a_lost_connection_is_made_again(slack: SlackApi, app: AsyncApp, way: str):
    heard = asyncio.Event()

    @app.event("message")
    async def said():
        heard.set()

    ana = slack.person("Ana")
    async with connected(app, slack):
        if way == "cut":
            await slack.socket.cut()
        else:
            await slack.socket.disconnect("refresh_requested")
        async with asyncio.timeout(15):
            while slack.socket.opened < 2:
                await slack.news.wait()
            ana.say("still there?")
            await heard.wait()


async def test_a_silent_connection_answers_no_ping(slack: SlackApi, app: AsyncApp):
    async with connected(app, slack):
        [connection] = slack.socket.connections
        connection.silent = True
        async with asyncio.timeout(30):
            await slack.until(lambda: slack.socket.opened >= 2)


async def test_http_mode_is_signed_and_what_is_not_is_refused(slack: SlackApi, app: AsyncApp):
    heard: list[str] = []

    @app.command("/delegate")
    async def command(ack: AsyncAck, body: Json):
        heard.append(body["text"])
        await ack(text="Started")

    @app.event("message")
    async def said(event: Json):
        heard.append(event["text"])

    runner = web.AppRunner(app.web_app("/slack/events"))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.app.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    ana = slack.person("Ana")
    await ana.type("/delegate brief")
    assert [one.text for one in ana.sees()] == ["Started"]
    ana.say("hello")
    await slack.deliveries.quiet()
    assert heard == ["brief", "hello"]
    payload = slack.deliveries.all[0].payload
    async with aiohttp.ClientSession() as session:
        for secret, age_s in (("another", 0), ("", 301)):
            headers, body = slack.deliveries.signed(
                "slash_commands", payload, secret=secret, age_s=age_s
            )
            answer = await session.post(slack.app.request_url, data=body, headers=headers)
            assert answer.status == 401
    await runner.cleanup()


async def test_a_response_url_is_good_for_five_answers_within_half_an_hour(
    slack: SlackApi, app: AsyncApp
):
    given: list[AsyncRespond] = []

    @app.command("/delegate")
    async def command(ack: AsyncAck, respond: AsyncRespond):
        await ack()
        given.append(respond)

    ana = slack.person("Ana")
    async with connected(app, slack):
        await ana.type("/delegate")
        await ana.type("/delegate")
        first, second = given
        answers = [(await first(f"{number}")).status_code for number in range(6)]
        assert answers == [200] * 5 + [404]
        slack.clock.skip(30 * 60 + 1)
        assert (await second("late")).status_code == 404
    assert len(ana.whispers()) == 5


async def test_slack_itself_tells_where_there_is_no_such_command(slack: SlackApi, app: AsyncApp):
    slack.app.commands = {"/delegate"}
    ana = slack.person("Ana")
    root = ana.say("root")
    await ana.type("/runs")
    await ana.type("/delegate", thread_ts=root.ts)
    assert ana.notices == [
        "/runs is not a valid command.",
        "/delegate is not supported in threads. Sorry!",
    ]
    assert not [one for one in slack.deliveries.all if one.kind == "slash_commands"]


async def test_a_bad_app_token_is_refused_by_name(slack: SlackApi):
    client = AsyncWebClient(base_url=slack.api_url)
    answer = client.apps_connections_open(app_token="xapp-unknown")
    with pytest.raises(Exception, match="invalid_auth"):
        await answer


async def test_two_connections_share_the_work(slack: SlackApi, app: AsyncApp):
    @app.command("/delegate")
    async def command(ack: AsyncAck):
        await ack()

    ana = slack.person("Ana")
    async with connected(app, slack), connected(app, slack):
        done = [await ana.command("/delegate") for _ in range(4)]
        assert not any(one.failed for one in done)
        assert not slack.socket.late
        assert len(slack.socket.connections) == 2
