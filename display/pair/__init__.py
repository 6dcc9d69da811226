"""Pairing: a screen or agent shows a code, an administrator lets it in."""
