"""Delivery into buckets of real object stores."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.adapters.files.servers_s3 import MotoStore, RcloneStore
from tests.adapters.files.test_contract import TestContract as FilesContract


@pytest.mark.slow
class TestContract(FilesContract):
    def new_sandbox(self) -> Any:
        return MotoStore()

    def standing(self, sandbox: Any) -> Sequence[Any]:
        return list(sandbox.files())


@pytest.mark.slow
class TestContractWhereNamesAreWrittenOver(TestContract):
    is_unique = False

    def new_sandbox(self) -> Any:
        return RcloneStore(self._folder / "store")
