"""The error tree, for everybody above the domain; the drawing stands in `domain.errors`."""

from appliance.domain.errors import (
    ConfigInvalid,
    Denied,
    Field,
    Invalid,
    MoisoError,
    NotFound,
    NotSignedIn,
    Problem,
    Refused,
    TooLarge,
    TooMany,
    Unavailable,
)

__all__ = [
    "ConfigInvalid",
    "Denied",
    "Field",
    "Invalid",
    "MoisoError",
    "NotFound",
    "NotSignedIn",
    "Problem",
    "Refused",
    "TooLarge",
    "TooMany",
    "Unavailable",
]
