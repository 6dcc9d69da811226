"""Pictures of every screen: `make shots`."""
