"""files.*: an address to upload to, the upload itself, sharing, and download with the token."""

from aiohttp import web

from tests.servers import slack_wire
from tests.servers.slack_ask import Ask
from tests.servers.slack_world import Channel, File, Json, Message, Refused, Workspace


def upload_url(ask: Ask) -> Json:
    size = ask.number("length", 0)
    if size <= 0:
        raise Refused("missing_argument", "length")
    team = ask.team
    file = File(id=team.new_id("F"), name=ask.text("filename"), user=team.bot.id, size=size)
    team.files[file.id] = file
    return {"upload_url": f"{ask.slack.url}/upload/{team.id}/{file.id}", "file_id": file.id}


def complete(ask: Ask) -> Json:
    files = [_uploaded(ask, told) for told in ask.json("files") or []]
    if not files:
        raise Refused("file_not_found")
    named = ask.text("channel_id") or ask.text("channels")
    for key in [one for one in named.split(",") if one]:
        share(ask, files, key)
    return {"files": [slack_wire.file(one, ask.slack.url, ask.team) for one in files]}


def _uploaded(ask: Ask, told: Json) -> File:
    file = ask.team.files.get(str(told.get("id")))
    if file is None or file.ready:
        raise Refused("file_not_found")
    if len(file.data) != file.size:
        raise Refused("file_update_failed")
    file.title, file.ready = str(told.get("title") or file.name), True
    return file


def share(ask: Ask, files: list[File], key: str) -> None:
    """Post the files as a message of the bot. Raises Refused."""
    team = ask.team
    place: Channel = team.channel(key)
    if team.bot.id not in place.members:
        raise Refused("not_in_channel")
    if place.archived:
        raise Refused("posting_to_channel_denied")
    for file in files:
        file.channels.add(place.id)
    said = Message(
        ts=team.clock.ts(),
        channel=place.id,
        user=team.bot.id,
        bot_id=team.bot_id,
        text=ask.text("initial_comment"),
        blocks=slack_wire.with_ids(ask.blocks(), team),
        thread_ts=ask.text("thread_ts"),
        files=files,
        unfurls=False,
    )
    place.messages.append(said)


def info(ask: Ask) -> Json:
    file = ask.team.files.get(ask.text("file"))
    if file is None or not file.ready:
        raise Refused("file_not_found")
    if file.deleted:
        raise Refused("file_deleted")
    return {"file": slack_wire.file(file, ask.slack.url, ask.team)}


def delete(ask: Ask) -> Json:
    file = ask.team.files.get(ask.text("file"))
    if file is None:
        raise Refused("file_not_found")
    file.deleted = True
    return {}


async def receive(request: web.Request, team: Workspace) -> web.Response:
    """The upload itself, as a raw body or the first part of a form."""
    file = team.files.get(request.match_info["file"])
    if file is None or file.ready:
        return web.Response(status=404, text="no such upload")
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        for part in form.values():
            if isinstance(part, web.FileField):
                file.data = part.file.read()
    else:
        file.data = await request.read()
    return web.Response(text=f"OK - {len(file.data)}")


def give(team: Workspace, file_id: str, allowed: bool) -> web.Response:
    """The file to a token that may read it; to everybody else, as Slack does, a page to log in."""
    file = team.files.get(file_id)
    if not allowed:
        page = "<!DOCTYPE html><html><title>Log in to Slack</title></html>"
        return web.Response(text=page, content_type="text/html")
    if file is None or file.deleted:
        return web.Response(status=404, text="file not found")
    told = slack_wire.file(file, "", team)
    return web.Response(body=file.data, content_type=told["mimetype"])
