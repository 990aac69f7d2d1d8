"""Whom staff may invite to a visit."""

from app.visits.states import Role

INVITED = (Role.INTERPRETER, Role.FAMILY, Role.COLLEAGUE)
# Patient and host are two of them.
MOST_PEOPLE = 20
LONGEST_NAME = 80
