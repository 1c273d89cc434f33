"""chat.*: messages posted, changed, deleted, streamed, and shown to one person alone."""

from tests.servers import slack_payloads, slack_rules, slack_wire
from tests.servers.slack_ask import Ask
from tests.servers.slack_world import Channel, Json, Message, Refused

STREAM_LIFE_S = 306.0


def _words(ask: Ask) -> tuple[str, list[Json]]:
    """The text and blocks of a message. Raises Refused."""
    text, markdown, blocks = ask.text("text"), ask.text("markdown_text"), ask.blocks()
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if len(markdown) > slack_rules.MARKDOWN:
        ask.violated(f"{len(markdown)} characters of markdown_text")
        raise Refused("invalid_arguments", "markdown_text is too long")
    if markdown:
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    if not text and not blocks and not ask.json("attachments"):
        raise Refused("no_text")
    if blocks and not text:
        ask.violated("blocks without text: nothing to be read aloud or in a notification")
    return text, slack_wire.with_ids(blocks, ask.team)


def _spoken(ask: Ask, place: Channel, text: str, blocks: list[Json]) -> Message:
    thread = ask.text("thread_ts")
    if thread:
        root = place.message(thread)
        if root is None:
            # Slack posts the reply all the same, under a root that is gone.
            thread = ask.text("thread_ts")
        elif root.in_thread:
            ask.violated("thread_ts names a reply, not the message that began the thread")
            thread = root.thread_ts
    if thread in place.locked:
        raise Refused("restricted_action_thread_locked")
    return Message(
        ts=ask.team.clock.ts(),
        channel=place.id,
        user=ask.team.bot.id,
        bot_id=ask.team.bot_id,
        text=text,
        blocks=blocks,
        thread_ts=thread,
        metadata=ask.metadata(),
        unfurls=ask.text("unfurl_links").lower() != "false"
        or ask.text("unfurl_media").lower() != "false",
    )


def _wire(ask: Ask, said: Message) -> Json:
    return slack_wire.message(said, ask.team, ask.slack.app, ask.slack.url, metadata=True)


def post(ask: Ask) -> Json:
    place = ask.place_to_post()
    text, blocks = _words(ask)
    said = _spoken(ask, place, text[: slack_rules.TEXT], blocks)
    if len(text) > slack_rules.TEXT:
        ask.violated(f"a text of {len(text)} characters is cut")
    if said.unfurls:
        ask.violated("unfurl_links and unfurl_media are not switched off")
    place.messages.append(said)
    slack_payloads.tell_of_message(ask.slack, ask.team, said)
    return {"channel": place.id, "ts": said.ts, "message": _wire(ask, said)}


def post_ephemeral(ask: Ask) -> Json:
    place, person = ask.place_to_post(), ask.team.user(ask.text("user"))
    if person.id not in place.members:
        raise Refused("user_not_in_channel")
    text, blocks = _words(ask)
    if len(text) > slack_rules.TEXT:
        raise Refused("msg_too_long")
    said = _spoken(ask, place, text, blocks)
    said.only_for = person.id
    place.ephemeral.append(said)
    return {"message_ts": said.ts}


def update(ask: Ask) -> Json:
    place = ask.place()
    said = ask.own(ask.text("ts"), "cant_update_message")
    if place.archived:
        raise Refused("is_inactive")
    if said.stream:
        raise Refused("streaming_state_conflict")
    text, blocks = _words(ask)
    if len(text) > slack_rules.TEXT:
        raise Refused("msg_too_long")
    said.text = text
    if "blocks" in ask.arguments or "markdown_text" in ask.arguments:
        said.blocks = blocks
    if "metadata" in ask.arguments:
        said.metadata = ask.metadata()
    said.edited = ask.team.clock.ts()
    said.edits += 1
    slack_payloads.tell_of_change(ask.slack, ask.team, said, "message_changed")
    return {"channel": place.id, "ts": said.ts, "text": text, "message": _wire(ask, said)}


def delete(ask: Ask) -> Json:
    place = ask.place()
    said = ask.own(ask.text("ts"), "cant_delete_message")
    place.messages.remove(said)
    slack_payloads.tell_of_change(ask.slack, ask.team, said, "message_deleted")
    return {"channel": place.id, "ts": said.ts}


def permalink(ask: Ask) -> Json:
    place, ts = ask.place(), ask.text("message_ts")
    said = place.message(ts)
    if said is None:
        raise Refused("message_not_found")
    link = f"{ask.slack.url}/archives/{place.id}/p{ts.replace('.', '')}"
    if said.in_thread:
        link += f"?thread_ts={said.thread_ts}&cid={place.id}"
    return {"channel": place.id, "permalink": link}


def start_stream(ask: Ask) -> Json:
    place = ask.place_to_post()
    if not place.im:
        for wanted in ("recipient_user_id", "recipient_team_id"):
            if not ask.text(wanted):
                raise Refused(f"missing_{wanted}")
    said = _spoken(ask, place, "", [])
    said.stream = True
    _append(ask, said)
    place.messages.append(said)
    return {"channel": place.id, "ts": said.ts}


def append_stream(ask: Ask) -> Json:
    said = _streaming(ask)
    if not ask.text("markdown_text") and not ask.json("chunks"):
        raise Refused("no_text")
    _append(ask, said)
    return {"channel": said.channel, "ts": said.ts}


def stop_stream(ask: Ask) -> Json:
    said = _streaming(ask)
    _append(ask, said)
    said.blocks += slack_wire.with_ids(ask.blocks(), ask.team)
    if (metadata := ask.metadata()) is not None:
        said.metadata = metadata
    said.stream = False
    return {"channel": said.channel, "ts": said.ts, "message": _wire(ask, said)}


def _streaming(ask: Ask) -> Message:
    said = ask.own(ask.text("ts"), "message_not_owned_by_app")
    if ask.team.clock.now() - float(said.ts) > STREAM_LIFE_S:
        said.stream = False
    if not said.stream:
        raise Refused("message_not_in_streaming_state")
    return said


def _append(ask: Ask, said: Message) -> None:
    """Add the words; tasks and plans become blocks, each by its id. Raises Refused."""
    chunks = ask.json("chunks") or []
    if problems := slack_rules.of_chunks(chunks):
        ask.violated(*problems)
        raise Refused("invalid_chunks", *problems)
    if markdown := ask.text("markdown_text"):
        chunks = [*chunks, {"type": "markdown_text", "text": markdown}]
    for chunk in chunks:
        match chunk["type"]:
            case "markdown_text":
                _write(said, chunk["text"])
            case "task_update":
                _task(said, chunk)
            case "plan_update":
                said.blocks.append({"type": "plan", "title": chunk["title"], "tasks": []})
            case _:
                said.blocks += slack_wire.with_ids(chunk["blocks"], ask.team)
    if len(said.text) > slack_rules.MARKDOWN:
        raise Refused("msg_blocks_too_long")


def _write(said: Message, words: str) -> None:
    said.text += words
    if said.blocks and said.blocks[-1]["type"] == "markdown":
        said.blocks[-1]["text"] += words
    else:
        said.blocks.append({"type": "markdown", "text": words})


def _task(said: Message, chunk: Json) -> None:
    task = {"type": "task_card", "task_id": chunk["id"], "title": chunk["title"]}
    task["status"] = chunk.get("status", "pending")
    for block in said.blocks:
        if block.get("task_id") == chunk["id"]:
            block |= task
            return
    said.blocks.append(task)
