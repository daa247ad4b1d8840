"""The memory: the only package that talks to PostGIS."""
