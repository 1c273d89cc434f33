"""How documents are cut: word for word, with the place and the voice."""

from adapters.understudy.passages import Passage, cut, sentences
from bot.run.events import Document


def passages(text: str, name: str = "notes.md") -> tuple[Passage, ...]:
    return cut([Document(name=name, source="a file", text=text)])


def said(text: str) -> list[str]:
    return [passage.said for passage in passages(text)]


def test_sentences_end_where_people_end_them() -> None:
    text = "Dr. A. Smith, e.g., paid 3.5 euros. Was it much? “No.” He said: ok… Yes!"
    assert list(sentences(text)) == [
        "Dr. A. Smith, e.g., paid 3.5 euros.",
        "Was it much?",
        "“No.”",
        "He said: ok…",
        "Yes!",
    ]


def test_lines_that_run_on_are_one_sentence() -> None:
    wrapped = "The valve closes the line by itself when the soil\nis wet enough. It needs no mains."
    assert said(wrapped) == [
        "The valve closes the line by itself when the soil is wet enough.",
        "It needs no mains.",
    ]


def test_short_lines_and_labels_stand_alone() -> None:
    assert said("Wei Chen\nSupport\nOwner: Ana\nDue: Friday") == [
        "Wei Chen",
        "Support",
        "Owner: Ana",
        "Due: Friday",
    ]


def test_a_list_item_stays_whole_under_its_heading() -> None:
    found = passages("## 6. Known limits\n\n- [ ] One valve leaked. It was mended.\n2) Two")
    assert [(p.text, p.heading) for p in found] == [
        ("One valve leaked. It was mended.", "Known limits"),
        ("Two", "Known limits"),
    ]


def test_a_row_is_told_with_its_header() -> None:
    found = passages("| Farm | Saved |\n| --- | ---: |\n| Mill \\| weir | 31 % |\n| Haslam |  |")
    assert [p.text for p in found] == ["Farm: Mill | weir; Saved: 31 %", "Farm: Haslam"]
    assert found[0].turn == found[1].turn


def test_a_transcript_keeps_who_speaks() -> None:
    text = "14:02 Ana: We ship. It is late.\nBo Ek (sales): No.\n[14:05] Ana: Yes.\n\nThe end."
    assert said(text) == [
        "Ana: “We ship.”",
        "Ana: “It is late.”",
        "Bo Ek: “No.”",
        "Ana: “Yes.”",
        "The end.",
    ]


def test_messages_of_a_channel_keep_who_wrote_them() -> None:
    text = "ana, 2026-11-20 09:12 UTC: We shipped it.\nbo, 2026-11-20 09:14 UTC: Thanks."
    assert said(text) == ["ana: “We shipped it.”", "bo: “Thanks.”"]
    assert said("ana, 2026-11-20 09:12 UTC: Alone.") == ["ana: “Alone.”"]


def test_colons_in_a_text_make_no_transcript() -> None:
    text = "Price: 89 euros\n\nNote: mind the gap.\n\nResult: it works.\n\nDecision: go."
    assert {passage.speaker for passage in passages(text)} == {""}


def test_a_page_of_a_pdf_is_part_of_the_source() -> None:
    found = passages("[page 1]\nOne.\n\n[page 2]\nTwo.", "paper.pdf")
    assert [(p.text, p.source) for p in found] == [
        ("One.", "paper.pdf, page 1"),
        ("Two.", "paper.pdf, page 2"),
    ]


def test_what_is_no_text_is_left_out() -> None:
    text = "WEBVTT\n\n12\n00:01.000 --> 00:03.000\n<v Ana>Hello there.\n\n---\n(no messages)"
    assert [p.text for p in passages(text)] == ["<v Ana>Hello there."]
