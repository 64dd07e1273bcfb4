"""What the page shows, as HTML: each module prepares values for templates, which escape whatever comes from outside."""
