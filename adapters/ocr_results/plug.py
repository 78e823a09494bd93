"""The plug for answers of other recognition engines."""

from pathlib import Path

from adapters.ocr_results.reader import OcrResultReader
from adapters.shared.reader_plug import ReaderPlug

PLUG = ReaderPlug(Path(__file__).parent, OcrResultReader)
