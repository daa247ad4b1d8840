"""The terminal: `halfhour VERB`, one module for each family of commands."""
