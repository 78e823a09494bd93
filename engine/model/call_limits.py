"""How much a target is asked, and when it is left alone."""

from pydantic import Field, model_validator

from engine.model.value import Value


class CallLimits(Value):
    """What all workers together may ask of a target. A look (`find`) counts as a call."""

    concurrency: int = Field(default=4, ge=1, le=1000)
    """Calls at the same time."""
    calls: int | None = Field(default=None, ge=1)
    """Calls that may begin within `per_seconds`; None: as many as come."""
    per_seconds: int = Field(default=1, ge=1, le=86_400)
    failures: int = Field(default=5, ge=1)
    """Failures in a row after which the target is left alone (the breaker opens)."""
    pause_seconds: int = Field(default=30, ge=0)
    """How long it is left alone before one probe; every failed probe doubles it."""
    most_pause_seconds: int = Field(default=900, ge=0)
    """The longest pause."""

    @model_validator(mode="after")
    def _pause_grows(self) -> "CallLimits":
        if self.most_pause_seconds < self.pause_seconds:
            raise ValueError("most_pause_seconds is not below pause_seconds")
        return self
