"""The simulated post office: takes e-mail and text messages, delivers none, shows all."""
