"""The ground: the only folder that imports drivers."""
