"""Where to join, as R5's Appointment.virtualService in an R4 extension. join_link.schema.json has its shape.

https://hl7.org/fhir/uv/xver-r5.r4/StructureDefinition-ext-R5-Appointment.virtualService.html
"""

from dataclasses import dataclass, field
from typing import Literal

from fhir._elements import Raw, extensions, many, one, text_of
from fhir.changes import Change, Edit, append, pointer
from fhir.writers._parts import entries, told

VIRTUAL_SERVICE = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService"
AddressForm = Literal["valueUrl", "valueString", "valueContactPoint"]


@dataclass(frozen=True)
class VirtualServiceForm:
    """How a site's EHR reads the extension: the package's versions differ in R4's form of `address`."""

    address: AddressForm = "valueUrl"
    channel_system: str | None = None
    channel_code: str | None = None


DEFAULT_FORM = VirtualServiceForm()


@dataclass(frozen=True)
class JoinLink:
    """A link of ours, on our own host, that needs a sign-in: a chart is searched by many. Never the vendor's.

    `host_url` begins all of our links: what stands there and begins so is ours to replace.
    `provider_url` leads the staff to a sign-in, and opens nothing by itself.
    """

    appointment_id: str = field(repr=False)
    url: str = field(repr=False)
    host_url: str
    form: VirtualServiceForm = DEFAULT_FORM
    provider_url: str | None = field(default=None, repr=False)


def virtual_service(link: JoinLink) -> Raw:
    """The extension."""
    form, address = link.form, link.url
    channel = told([("system", form.channel_system), ("code", form.channel_code)])
    value: object = {"system": "url", "value": address} if form.address == "valueContactPoint" else address
    parts: list[Raw] = [{"url": "_datatype", "valueString": "VirtualServiceDetail"}]
    if channel:
        parts.append({"url": "channelType", "valueCoding": channel})
    parts.append({"url": "address", form.address: value})
    return {"extension": parts, "url": VIRTUAL_SERVICE}


def join_link(raw: Raw, link: JoinLink) -> Change | None:
    """Our link added to the appointment, or put in the place of an older one of ours. Others' links stay.

    None if the chart has it already.
    """
    wanted = virtual_service(link)
    if any(stands == wanted for stands in extensions(raw, VIRTUAL_SERVICE)):
        return None
    for index, stands in entries(raw, "extension"):
        if stands.get("url") == VIRTUAL_SERVICE and _address(stands).startswith(link.host_url):
            return Change((Edit(pointer("extension", index), wanted),))
    return Change((append(raw, "extension", wanted),))


def _address(extension: Raw) -> str:
    for part in many(extension, "extension"):
        if part.get("url") == "address":
            point = one(part, "valueContactPoint")
            return text_of(part, "valueUrl") or text_of(part, "valueString") or text_of(point, "value") or ""
    return ""
