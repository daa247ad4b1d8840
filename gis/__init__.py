"""The shapes: pure functions over shapely values and frames. No database, no screen."""
