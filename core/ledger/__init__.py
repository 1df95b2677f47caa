"""What savings came to: promised, and realised on the bill against what it would have been."""
