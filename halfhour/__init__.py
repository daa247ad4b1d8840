"""The rules of HalfHour (半小时): words, orders, choices. Standard library only."""

__version__ = "0.1.0"
