"""The minutes: street networks and travel times over them. No database, no screen."""
