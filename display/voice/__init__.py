"""The voice that calls: number → Vietnamese words → clips → one sound file.

Knows nothing of `appliance`. An office can listen without a screen: ``moiso say``.
"""
