"""E-mail addresses as people type them. https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1"""

import re

from app.messages.errors import MessageRefused

LONGEST = 254
# Quoted local parts and address literals are left out: nobody types them who means it.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"
)


def as_address(written: str) -> str:
    """The address without blanks around it. Raises MessageRefused for what cannot be one."""
    address = written.strip()
    if len(address) > LONGEST or len(address.partition("@")[0]) > 64 or not _ADDRESS.fullmatch(address):
        raise MessageRefused
    return address
