"""Who may do what, and how we know who they are."""
