"""A page without the page's library: the entrance, and what is said where nothing is. Pure."""

_SHEETS = ("page", "narrow")


def plain_page(body: str, *, head: str = "") -> str:
    """An HTML document that shows `body` under Podium's name; empty when there is no body."""
    links = "".join(f'<link rel="stylesheet" href="/assets/{sheet}.css">' for sheet in _SHEETS)
    shown = f'<main class="entrance"><h1>Podium</h1>{body}</main>' if body else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Podium</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{links}{head}</head><body>{shown}</body></html>"
    )
