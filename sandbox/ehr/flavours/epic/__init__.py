"""Epic, as far as public text tells: what it takes and refuses rests on few sources."""

from sandbox.ehr.flavours.epic.behaviour import Epic

FLAVOUR = Epic
