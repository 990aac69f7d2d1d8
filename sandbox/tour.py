"""What there is to try in the demo: three chairs to sit in, and seven clicks from launch to Finish."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chair:
    """A point of view on the demo; ``path`` is on the sandbox EHR."""

    name: str
    path: str
    says: str


CHAIRS = (
    Chair("Provider", "/ehr", "The clinic's schedule. Open a chart, and the visit opens inside it."),
    Chair("Patient", "/portal", "The portal. Appointments, and the messages with the link to the visit."),
    Chair("Engineer", "/glass", "The glass wall. Every OAuth, FHIR and Zoom request as it happens."),
)

CLICKS = (
    "Provider: open the chart of the next visit on Dr. Osei's schedule. VisitBridge opens beside it.",
    "Patient: in the portal, choose the same patient and open the link of the latest message.",
    "Provider: read that the patient is here, press “Start the visit”, and confirm the Zoom sign-in.",
    "Patient: press Join. Sandbox Zoom keeps you in its waiting room.",
    "Provider: in the Zoom tab, admit the patient. The chart says that both are in the call.",
    "Patient: leave the call. The visit stays open until the provider says otherwise.",
    "Provider: press Finish, and read who was there and when.",
)
