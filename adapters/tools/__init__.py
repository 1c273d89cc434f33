"""The tools that specialists may name; a new one is a file here and a line in the table."""

from adapters.tools.calculate import Calculate
from adapters.tools.find import Find
from bot.ports import Tool

TOOLS: dict[str, Tool] = {"find": Find(), "calculate": Calculate()}
