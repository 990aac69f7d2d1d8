"""What can go wrong with a message. Nothing of the message is in the error."""


class MessageError(Exception):
    """Base. `retryable`: the same message may go through later."""

    retryable = False


class MessageRefused(MessageError):
    """The gateway will not take this message: a bad address, or a sender that it does not allow."""


class MessageUnsent(MessageError):
    """The gateway could not be reached, or asks to come back."""

    retryable = True
