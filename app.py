"""The Space's entry point: builds the page and serves it."""

from femr.page.layout import build_page
from femr.page.server.serve import serve, told

with told():
    demo = build_page()

if __name__ == "__main__":
    serve(demo)
