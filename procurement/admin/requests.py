"""Purchase requests and prices in the back office."""
