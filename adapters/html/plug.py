"""The plug: words of HTML pages, mail bodies and plain text."""

from pathlib import Path

from adapters.html.reader import HtmlReader
from adapters.shared.reader_plug import ReaderPlug

PLUG = ReaderPlug(Path(__file__).parent, HtmlReader)
