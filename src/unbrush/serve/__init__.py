"""The doors: how people and machines reach the five stages."""
