"""The contract of every target. It travels with the product, so that plugs of other projects keep it too."""

from adapters.shared.contract.http import HttpTargetContract
from adapters.shared.contract.target import TargetContract

__all__ = ["HttpTargetContract", "TargetContract"]
