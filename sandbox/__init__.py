"""The simulated world beside the product: an EHR, Zoom and a message sink, offline and strict."""
