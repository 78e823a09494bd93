"""What an environment says about webhooks: where they may lead, and when one is given up."""

from pydantic import Field

from engine.model.value import Value


class WebhookPolicy(Value):
    """Webhooks of one environment."""

    private_hosts: tuple[str, ...] = ()
    """Hosts of our own network that may be told of events, also over http; all others are reached over https at public addresses."""
    give_up_days: int = Field(default=5, ge=1, le=30)
    """Days of failures after which a webhook is switched off."""

    def is_allowed(self, host: str) -> bool:
        """Tell whether a host may have a private address."""
        return host.lower().rstrip(".") in {one.lower().rstrip(".") for one in self.private_hosts}
