"""The parts of the page: each function makes components, and gives them by the names that `events` knows them by."""
