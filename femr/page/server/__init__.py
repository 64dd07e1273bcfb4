"""How the page is served to strangers: what is taken from them, how much of it, and what is sent along."""
