"""Oracle Health (Cerner Millennium), as its public documentation of 2024 tells."""

from sandbox.ehr.flavours.oracle.behaviour import Oracle

FLAVOUR = Oracle
