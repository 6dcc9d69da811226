"""How the office does: checks, verdicts, and what is told of them to people and to monitors."""
