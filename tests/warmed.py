"""What forked processes begin with: everything imported, the content folder read once."""

import sys
from importlib import import_module
from pathlib import Path

from admin.cli.main import COMMANDS
from engine.content.library import Library
from engine.runtime.plugs import discover

for place in COMMANDS.values():
    import_module(f"admin.cli.{place.partition(':')[0]}")
import_module("tests.durable.hub")
discover()
Library.load(Path(__file__).parents[1], "dev")
for name in [one for one in sys.modules if one.startswith("admin.cli")]:
    del sys.modules[name]  # their consoles look at the environment when they are made
