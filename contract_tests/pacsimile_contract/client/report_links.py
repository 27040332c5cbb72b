"""Which links to reports are followed: an answer could name any address."""

from pacsimile_contract.target.model import Target, is_loopback
from pacsimile_spec.addresses import fault_of_address


def may_follow(target: Target, link: str) -> bool:
    """Tell whether a link goes over https to another machine, or to this one, where the service is on it too."""
    if fault_of_address(link) is not None:
        return False
    return target.on_loopback if is_loopback(link) else link.startswith("https://")
