"""What may be done to a resource, what must not, and in which steps."""
