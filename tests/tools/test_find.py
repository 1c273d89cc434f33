"""What find gives a specialist out of a run's own documents."""

import asyncio

import pytest
from pydantic import JsonValue

from adapters.tools import TOOLS
from adapters.tools.find import LONGEST_PASSAGE, MOST_PASSAGES
from bot.run.events import Brief, Document

SPEC = """# Sluice

The valve closes the line by itself.

It works for 30 days without any network.
Batteries last 3 seasons.

List price is 89 euros a valve."""
CALL = "Idris: I would give 15 percent off.\n\nLucia: At 15 percent we keep 11 euros a valve."


def brief(**texts: str) -> Brief:
    documents = tuple(
        Document(name=f"{name}.md", source="a file", text=text) for name, text in texts.items()
    )
    return Brief(documents=documents)


def found(words: str, given: Brief | None = None, **more: JsonValue) -> str:
    given = given or brief(spec=SPEC, call=CALL)
    return asyncio.run(TOOLS["find"].call({"words": words, **more}, given))


def test_the_best_passage_comes_first_with_its_document_and_line() -> None:
    text = found("list price in euros")
    assert text.startswith(
        "2 passages, the best first:\n\n[spec.md, line 8]\nList price is 89 euros"
    )


def test_words_that_begin_alike_are_found() -> None:
    assert "[spec.md, line 5]\nIt works for 30 days" in found("battery")


def test_numbers_are_found_whole() -> None:
    assert "[call.md, line 1]" in found("15")
    assert "Nothing in" in found("1")


def test_one_document_can_be_asked_alone() -> None:
    assert "[spec.md" not in found("valve", document="call.md")
    with pytest.raises(ValueError, match="no document “draft"):
        found("valve", document="draft.md")


def test_nothing_found_says_where_it_looked() -> None:
    said = "Nothing in spec.md, call.md matches “tractor”."
    assert found("tractor").startswith(said)


def test_at_most_eight_passages_come_and_long_ones_in_pieces() -> None:
    long = "The valve is tested here. " * 2_000
    text = found("valve", brief(long=long))
    assert text.count("[long.md, line 1]") == MOST_PASSAGES
    assert max(map(len, text.split("\n"))) <= LONGEST_PASSAGE
    assert all(line.endswith(".") for line in text.split("\n")[3::3])


def test_a_paragraph_without_sentences_is_cut_at_a_word_and_one_without_words_anywhere() -> None:
    assert found("valve", brief(long="valve, " * 120)).startswith("2 passages")
    assert found("x" * 6, brief(long="x" * 1500)).startswith("3 passages")


@pytest.mark.parametrize("arguments", [None, {}, {"words": " ?! "}, {"words": 3}, "valve"])
def test_arguments_of_another_shape_are_refused(arguments: JsonValue) -> None:
    with pytest.raises(ValueError, match="Give"):
        asyncio.run(TOOLS["find"].call(arguments, brief(spec=SPEC)))


def test_a_brief_without_documents_says_so() -> None:
    with pytest.raises(ValueError, match="no documents"):
        found("valve", Brief(documents=()))


def test_every_tool_stands_in_the_table_under_its_own_name() -> None:
    assert {name: tool.spec.name for name, tool in TOOLS.items()} == {name: name for name in TOOLS}
