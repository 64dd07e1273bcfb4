"""What others see of a playlist: a link's preview and picture, an app, and a page for when there is no net."""
