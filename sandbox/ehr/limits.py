"""What flavour and switches leave of the FHIR server: routes, searches and CapabilityStatement obey alike."""

from dataclasses import dataclass, replace

from sandbox.ehr.abilities import Ability
from sandbox.ehr.flavours.flavour import Flavour
from sandbox.ehr.switches import Switches


@dataclass(frozen=True)
class Limits:
    """What this server leaves out now, compared with the table of its abilities."""

    switches: Switches
    flavour: Flavour
    sees_changes: bool = True  # another server's chart changes behind our back

    @property
    def tells_of_changes(self) -> bool:
        """Whether there are subscriptions."""
        offered = self.sees_changes and self.flavour.tells_of_changes
        return offered and self.switches.peek("no_subscriptions") is None

    @property
    def creates_conditionally(self) -> bool:
        """Whether If-None-Exist is honoured."""
        return self.flavour.creates_conditionally and self.switches.peek("no_conditional_create") is None

    @property
    def checks_versions(self) -> bool:
        """Whether If-Match is honoured, and asked for."""
        return self.flavour.checks_versions and self.switches.peek("no_if_match") is None

    def on(self, ability: Ability) -> Ability:
        """What is left of an ability."""
        ability = self.flavour.ability(ability)
        if ability.resource_type == "Subscription" and not self.tells_of_changes:
            return replace(ability, interactions=())
        gone = set()
        if self.switches.peek("no_patch") is not None:
            gone.add("patch")
        unsearched = self.switches.peek("no_search")
        if unsearched is not None and ability.resource_type in unsearched["types"]:
            gone.add("search-type")
        return replace(ability, interactions=tuple(one for one in ability.interactions if one not in gone))
