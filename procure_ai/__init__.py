"""procure-ai: assemble, evaluate and award purchases of generative AI by Dutch public bodies."""

__version__ = "0.1.0"
