"""What was said over the wire during a launch, without what must not be kept."""
