"""What the code leaves unused, and copies that no longer follow their originals."""
