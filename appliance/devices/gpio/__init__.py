"""Buttons and lights on the pins of a Pi; gpiozero, lgpio and gpiod are used only in here."""
