"""Checks of the machine itself, one class per file; an agent may run them as well as the server.

Every check looks at one thing below a root of /sys and /proc that a test can replace, and gives
a `Finding`. Its causes are keys: ``cause.<key>`` and ``remedy.<key>`` stand in the translations.
"""

from appliance.health.checks.base import Check, Finding, merged
from appliance.health.checks.host import host_checks

__all__ = ["Check", "Finding", "host_checks", "merged"]
