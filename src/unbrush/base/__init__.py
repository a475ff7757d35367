"""The words: table shapes, evidence, the detector, the engine protocol, errors."""
