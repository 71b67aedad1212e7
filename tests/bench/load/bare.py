"""What a Flask view of two words can do under the server that serves Coffre: the measure of the hot read."""

import os

from flask import Flask, Response, jsonify
from gunicorn.workers.base import Worker

from vault.config import load
from web.serve import Gunicorn


class Bare(Gunicorn):
    """The same server, the same settings, another application."""

    def load(self) -> Flask:
        """One view."""
        app = Flask("bare")

        @app.get("/")
        def answer() -> Response:
            return jsonify({"status": "ok"})

        return app

    def begin(self, worker: Worker) -> None:
        """No jobs."""
        print(f"ready {self.config.server.public_url}", flush=True)


if __name__ == "__main__":
    Bare(load(None, os.environ)).run()
