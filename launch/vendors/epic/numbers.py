"""Numbers that Epic gives to visits."""

# Of Appointment and Encounter; the middle of the OID differs per customer.
CSN_SUFFIX = ".7.3.698084.8"
