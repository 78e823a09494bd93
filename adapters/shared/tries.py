"""What the tries of an operation say of it, and what targets have in common that answer at once."""

from collections.abc import Sequence

from engine.model.operation import Acknowledgement, Operation


def may_have_left(operation: Operation) -> bool:
    """Whether an earlier try may have reached the target. The try that is under way counts already while it is sent.

    Only then an object that is not where it was put can have been taken on by people meanwhile.
    """
    return operation.attempts > (1 if operation.state == "sending" else 0)


class AnswersAtOnce:
    """The part of `Target` about late answers, for systems that have none."""

    def acknowledgements(self) -> Sequence[Acknowledgement]:
        """Return nothing: the system says yes or no at once."""
        return ()

    def settle(self, acknowledgement: Acknowledgement) -> None:
        """Do nothing: there are no late answers."""
