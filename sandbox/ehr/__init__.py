"""A strict EHR to be launched from: SMART authorization server, FHIR R4 server, screens, control API."""
