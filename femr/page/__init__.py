"""The page: the only place for Gradio. It translates and shows; it decides nothing."""
