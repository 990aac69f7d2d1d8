"""The room of EHRs: from a click to a LaunchContext and a token."""
