"""When something should run: schedules, evaluated exactly, on every day of every year."""
