"""Answers of every kind, through the real SDK and real HTTP."""

import pytest

from adapters.claude.model import Claude
from bot.ports import Meter, ModelFailed
from bot.run.events import ModelTurn, PersonTurn, ToolCall, ToolResult, ToolTurn
from tests.claude.asking import SEARCH, asking
from tests.servers.messages_api import MessagesApi, Reply


async def test_text_is_shown_as_it_comes_and_kept_whole(api: MessagesApi, claude: Claude) -> None:
    text = "A kettle that sings needs no minding: you hear when the water is ready."
    api.script.append(Reply(text=text))
    shown: list[str] = []
    reply = await claude.reply(asking(), Meter(on_text=shown.append))
    assert len(shown) > 1
    assert "".join(shown) == reply.turn.text == text
    assert reply.turn.stop == "end_turn"
    assert reply.turn.calls == ()
    assert reply.model == "claude-sonnet-5-5"


async def test_usage_is_what_the_provider_says(api: MessagesApi, claude: Claude) -> None:
    meter = Meter()
    reply = await claude.reply(asking(keep_s=3600), meter)
    call = api.calls[0]
    assert reply.usage == meter.usage
    assert reply.usage.input == call.bill.input
    assert reply.usage.cache_write_1h == call.bill.cache_write_1h > 1024
    assert reply.usage.cache_write_5m == reply.usage.cache_read == 0
    assert reply.usage.output == call.output_tokens
    again = await claude.reply(asking(keep_s=3600), Meter())
    assert again.usage.cache_read == reply.usage.cache_write_1h
    assert again.cost_usd < reply.cost_usd == meter.cost_usd


async def test_a_tool_loop_goes_on_with_the_models_own_blocks(
    api: MessagesApi, claude: Claude
) -> None:
    first = asking(tools=(SEARCH,))
    api.script.append(
        Reply(thinking="I need the word.", calls=(("search", {"word": "kettle"}), ("search", {})))
    )
    turn = (await claude.reply(first, Meter())).turn
    assert turn.stop == "tool_use"
    assert turn.text == ""
    assert [call.name for call in turn.calls] == ["search", "search"]
    assert turn.calls[0].arguments == {"word": "kettle"}
    # A server that checks signatures and results takes the turn back.
    results = ToolTurn(
        results=(
            ToolResult(id=turn.calls[0].id, text="It sings."),
            ToolResult(id=turn.calls[1].id, text="Name a word.", is_error=True),
        )
    )
    stored = ModelTurn.model_validate_json(turn.model_dump_json())
    second = asking(tools=(SEARCH,), turns=(stored, results))
    assert (await claude.reply(second, Meter())).turn.stop == "end_turn"
    assert api.calls[1].body["messages"][1]["content"] == turn.content


async def test_text_between_tools_that_comes_as_thinking_is_not_the_answer(
    api: MessagesApi, claude: Claude
) -> None:
    api.script.append(Reply(thinking="Let me look.", text="It sings."))
    shown: list[str] = []
    reply = await claude.reply(asking(), Meter(on_text=shown.append))
    assert reply.turn.text == "".join(shown) == "It sings."


async def test_an_answer_cut_by_max_tokens_says_so_and_can_be_continued(
    api: MessagesApi, claude: Claude
) -> None:
    api.script.append(Reply(text="one two three four five six seven eight"))
    request = asking(max_tokens=4)
    turn = (await claude.reply(request, Meter())).turn
    assert turn.stop == "max_tokens"
    assert turn.text == "one two three"
    more = asking(turns=(turn, PersonTurn(text="Go on where you stopped.")))
    assert (await claude.reply(more, Meter())).turn.stop == "end_turn"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(thinking="so many thoughts " * 40),
        Reply(thinking="Look.", calls=(("search", {"word": "kettle " * 40}),)),
        Reply(text="\n\n", calls=(("search", {"word": "kettle " * 40}),)),
    ],
    ids=["thoughts only", "a tool call cut short", "blank text"],
)
async def test_what_max_tokens_leaves_open_is_not_sent_back(
    api: MessagesApi, claude: Claude, reply: Reply
) -> None:
    api.script.append(reply)
    turn = (await claude.reply(asking(tools=(SEARCH,), max_tokens=20), Meter())).turn
    assert (turn.stop, turn.calls, turn.content) == ("max_tokens", (), [])
    more = asking(tools=(SEARCH,), turns=(turn, PersonTurn(text="Shorter, please.")))
    assert (await claude.reply(more, Meter())).turn.stop == "end_turn"


async def test_a_paused_turn_is_given_back_as_such(api: MessagesApi, claude: Claude) -> None:
    api.script.append(Reply(text="So far.", stop="pause_turn"))
    assert (await claude.reply(asking(), Meter())).turn.stop == "pause_turn"


async def test_a_refusal_is_told_in_words_and_paid_for(api: MessagesApi, claude: Claude) -> None:
    api.script.append(Reply(text="I can", stop="refusal", why="This may harm people."))
    meter = Meter()
    with pytest.raises(ModelFailed, match=r"declined this\. This may harm people\.") as failed:
        await claude.reply(asking(), meter)
    assert not failed.value.retry
    assert meter.cost_usd > 0


async def test_a_full_context_window_tells_what_to_do(api: MessagesApi, claude: Claude) -> None:
    api.script.append(Reply(text="And", stop="model_context_window_exceeded"))
    with pytest.raises(ModelFailed, match="Shorten the documents") as failed:
        await claude.reply(asking(), Meter())
    assert not failed.value.retry


async def test_an_unknown_stop_reason_is_named(api: MessagesApi, claude: Claude) -> None:
    api.script.append(Reply(text="And", stop="lunch_break"))
    with pytest.raises(ModelFailed, match='"lunch_break"') as failed:
        await claude.reply(asking(), Meter())
    assert not failed.value.retry


@pytest.mark.parametrize("arguments", ['{"word": ', '"kettle"', "[1]"])
async def test_tool_arguments_that_are_no_json_object_are_a_failure(
    api: MessagesApi, claude: Claude, arguments: str
) -> None:
    api.script.append(Reply(calls=(("search", arguments),)))
    with pytest.raises(ModelFailed, match='the tool "search"') as failed:
        await claude.reply(asking(tools=(SEARCH,)), Meter())
    assert failed.value.retry


async def test_a_tool_without_arguments_is_called_with_none(
    api: MessagesApi, claude: Claude
) -> None:
    api.script.append(Reply(calls=(("search", ""),)))
    turn = (await claude.reply(asking(tools=(SEARCH,)), Meter())).turn
    assert turn.calls == (ToolCall(id=turn.calls[0].id, name="search", arguments={}),)


async def test_half_a_character_is_not_let_in(api: MessagesApi, claude: Claude) -> None:
    api.script.append(Reply(calls=(("search", '{"word": "\\ud83d"}'),)))
    with pytest.raises(ModelFailed, match="cannot be read") as failed:
        await claude.reply(asking(tools=(SEARCH,)), Meter())
    assert failed.value.retry


async def test_a_local_servers_model_stands_for_every_name(api: MessagesApi) -> None:
    api.models.add("llama")
    local = Claude(api_key="", base_url=api.url, model_override="llama", price=(1, 5))
    with pytest.raises(ModelFailed, match="does not accept the key"):
        await local.reply(asking(model="opus"), Meter())
    api.key = None
    reply = await local.reply(asking(model="opus"), Meter())
    await local.close()
    assert reply.model == api.calls[0].body["model"] == "llama"
    prompt = api.calls[0].bill.total
    assert reply.cost_usd == pytest.approx((prompt + 5 * reply.usage.output) / 1e6)
