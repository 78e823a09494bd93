"""The plug that reads SAP IDocs."""

from pathlib import Path

from adapters.idoc.reader import IdocReader
from adapters.shared.reader_plug import ReaderPlug

PLUG = ReaderPlug(Path(__file__).parent, IdocReader)
