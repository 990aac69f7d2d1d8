"""What others in the call see of a person."""

from app.models import Participant, Visit
from app.sites import Policy
from app.visits.codes import name_in_call
from app.visits.states import Role

NAMED = (Role.PATIENT, Role.FAMILY)


def shown_name(policy: Policy, visit: Visit, person: Participant) -> str:
    """The role and the visit's code; given name and initial only where the department wants that."""
    names = person.name.split()
    if (
        policy.display_name == "given_initial"
        and person.role in (Role.PATIENT, Role.FAMILY)
        and len(names) > 1
    ):
        return f"{names[0]} {names[-1][0]}."
    return name_in_call(person.role, visit.code)
