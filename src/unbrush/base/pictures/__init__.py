"""Pictures: what photos look like, what screenshots say, and what a market says to it."""
