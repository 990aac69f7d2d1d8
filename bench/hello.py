"""The baseline: a bare Flask route on the product's own server, with the product's settings of it."""

import sys

from flask import Flask

from app.serving import Server


def hello_app() -> Flask:
    """One route, and nothing around it."""
    app = Flask("hello")

    @app.get("/")
    def hello() -> dict[str, str]:
        return {"hello": "world"}

    return app


if __name__ == "__main__":
    Server(hello_app, "127.0.0.1", int(sys.argv[1])).run()
