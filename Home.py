"""Cloud Pioneer: the sign-in gate, then the screens a role may open."""

from pages.ui import frame

frame.run()
