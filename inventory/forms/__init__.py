"""Forms of the stock documents: heads and lines."""
