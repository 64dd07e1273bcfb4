"""The Space's entry point: builds the page and launches it."""

from femr.page.layout import build_page, launch_options

demo = build_page()

if __name__ == "__main__":
    demo.queue(max_size=64, default_concurrency_limit=8)
    demo.launch(**launch_options())
