"""What happens later: the pump and its handlers."""
