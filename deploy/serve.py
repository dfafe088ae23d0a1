"""Runs one application: `python -m deploy.serve volunteer`. Listens on HOST and PORT; everything else is its settings'."""

import argparse
import os
import signal
import sys

import uvicorn

from deploy.topology import APPLICATIONS, module_of

SECONDS_TO_FINISH_REQUESTS = 20


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m deploy.serve")
    arguments.add_argument("application", choices=APPLICATIONS)
    application = arguments.parse_args().application
    # uvicorn finishes the requests and then raises the signal again, which would be an exit by signal: 0 is the truth.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    uvicorn.run(
        module_of(application),
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH_REQUESTS,
    )


if __name__ == "__main__":
    main()
