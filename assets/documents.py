"""The kinds of asset document: this app's table of contents."""
