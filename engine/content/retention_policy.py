"""What an environment says about how long documents are kept, and what happens to them then."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

from pydantic import Field, model_validator

from engine.model.value import Value

_DAY = timedelta(days=1)
_FIRST = date(1, 1, 2)


class Keep(Value):
    """One row: the first that fits a document counts; a document that no row fits is kept until somebody asks."""

    type: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")
    """Type of documents; all when none is named."""
    entity: str | None = None
    """Code of the company they are addressed to; all when none is named."""
    years: int = Field(default=0, ge=0, le=100)
    months: int = Field(default=0, ge=0, le=1200)
    days: int = Field(default=0, ge=0, le=36_500)
    begins: Literal["received", "end_of_year"] = "received"
    """`end_of_year`: the time runs from the end of the calendar year in which it came (German HGB section 257 (5))."""
    then: Literal["erase", "report"] = "report"
    """`erase`: `postroom retention run` erases it; `report`: it is listed as due and nothing more."""
    why: str = Field(min_length=3, max_length=300)
    """The law or the rule of the house."""

    @model_validator(mode="after")
    def _some_time(self) -> "Keep":
        if not (self.years or self.months or self.days):
            raise ValueError("say how long: years, months or days")
        return self

    def fits(self, kind: str | None, entity: str | None) -> bool:
        """Tell whether the row is about documents of a type and a company."""
        return self.type in {None, kind} and self.entity in {None, entity}

    def until(self, received: date) -> date:
        """Return the first day on which a document need not be kept any more."""
        begin = date(received.year + 1, 1, 1) if self.begins == "end_of_year" else received
        months = begin.year * 12 + begin.month - 1 + self.years * 12 + self.months
        year, month = months // 12, months % 12 + 1
        day = date(year, month, min(begin.day, monthrange(year, month)[1]))
        return date.fromordinal(day.toordinal() + self.days)

    def kept_from(self, today: date) -> date:
        """Return the first day of arrival of documents that have to be kept still; what came before is over."""
        months = today.year * 12 + today.month - 1 - self.years * 12 - self.months
        first = date(max(1, months // 12), months % 12 + 1, 1)
        found = date.fromordinal(max(1, first.toordinal() - self.days))
        while found > _FIRST and self.until(found - _DAY) > today:
            found -= _DAY
        while self.until(found) <= today:
            found += _DAY
        return found
