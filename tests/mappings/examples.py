"""The examples of a matrix as tests need them."""

from engine.content.matrix import Matrix, MatrixExample
from engine.stages import matrix_examples
from engine.stages.matrix_examples import environment_of, match_of, record_of, row_of
from engine.stages.transform import Mapped

__all__ = ["environment_of", "map_example", "match_of", "record_of", "row_of"]


def map_example(matrix: Matrix, example: MatrixExample) -> Mapped:
    return matrix_examples.map_example(matrix, example)[0]
