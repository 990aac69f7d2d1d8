"""The domain: states, presence, the join window. Pure; imports nothing of ours."""
