"""What people are told unasked: of which kinds, who may read it, and links in it that can only be used as they were meant."""
