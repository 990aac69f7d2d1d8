"""Starts the app and its simulated world together, keeps them alive, and leaves nothing behind."""
