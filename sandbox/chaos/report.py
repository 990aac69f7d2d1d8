"""What a run of chaos prints."""

from collections.abc import Mapping

from sandbox.chaos.truth import KINDS


def report(seed: int, visits: int, wrong: Mapping[str, Mapping[str, str]]) -> bool:
    """A line for each kind of check, and the visits that differ. Tells if all is as it must be."""
    for kind in ("walked", *KINDS):
        bad = sum(kind in one for one in wrong.values())
        print(f"{'ok    ' if not bad else 'WRONG '} {kind:12} {visits - bad} of {visits}", flush=True)
    for visit, kinds in sorted(wrong.items()):
        for kind, how in kinds.items():
            print(f"  {visit} {kind}: {how}", flush=True)
    print(f"seed {seed}: {'every visit is as the simulators know it' if not wrong else 'FAILED'}", flush=True)
    return not wrong
