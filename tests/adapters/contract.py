"""The contracts of adapters. They travel with the product, so that plugs of other projects keep them too."""

from adapters.shared.contract.directory import DirectoryContract
from adapters.shared.contract.http import HttpTargetContract
from adapters.shared.contract.source import SourceContract
from adapters.shared.contract.target import TargetContract

__all__ = ["DirectoryContract", "HttpTargetContract", "SourceContract", "TargetContract"]
