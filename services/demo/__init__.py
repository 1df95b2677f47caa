"""The demo company: the same every time, with something true to find, served by a stand-in for AWS on loopback."""
