"""The account by which an app uses what an EHR serves beside OAuth and FHIR, where it serves anything."""

USER = "visitbridge"
PASSWORD = "sandbox-only-password"  # noqa: S105  # the demo's; it protects nothing
