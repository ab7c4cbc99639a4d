"""Runs two sidecars under a load that knows what it sent: see benchmarks/README.md. Python 3.11 and its standard library do."""

import argparse
import json
import os
import pathlib
import secrets
import signal
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "harness"))

import candidates  # noqa: E402
import encrypted  # noqa: E402
import machine  # noqa: E402
import outcome  # noqa: E402
from process import Failed  # noqa: E402
from session import free_ports  # noqa: E402
from soak import Settings, Soak  # noqa: E402

DESCRIPTORS = 8192

# In half an hour a leak of 50 bytes a connection shows; a short run is over before the JIT has come to rest.
LONG_SECONDS = 600
GROWTH_MIB = {True: 4.0, False: 8.0}


def main() -> int:
    options = _options()
    if "JAVA_HOME" not in os.environ:
        raise Failed("JAVA_HOME is not set; 'make soak' sets it, and bin/java-home says what to set it to")
    # So that what was started is stopped, however this ends.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, lambda *_: sys.exit("soak: it took too long, or was told to stop"))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    seconds = options.minutes * 60
    signal.alarm(int(seconds * 2 + 600))
    machine.raise_descriptor_limit(DESCRIPTORS)
    candidates.BUILT.mkdir(exist_ok=True)
    candidates.train_socketbridge()
    # The JDK's tools.
    os.environ["PATH"] = f"{os.environ['JAVA_HOME']}/bin:{os.environ['PATH']}"
    settings = Settings(options.seed, seconds, options.per_second, options.largest, GROWTH_MIB[seconds >= LONG_SECONDS])
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        directory = pathlib.Path(name)
        candidate = (encrypted.socketbridge(encrypted.make_certificates(directory)) if options.tls
                     else candidates.socketbridge())
        soak = Soak(settings, candidate, directory, next(free_ports()))
        soak.run()
    summary = outcome.summarize(soak, machine.describe())
    options.output.mkdir(parents=True, exist_ok=True)
    title = "soak-tls" if options.tls else "soak"
    (options.output / f"{title}.json").write_text(json.dumps(summary, indent=1) + "\n")
    (options.output / f"{title}.md").write_text(outcome.markdown(summary) + "\n")
    print(outcome.markdown(summary))
    return 0 if summary["passed"] else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="of load; default: 30")
    parser.add_argument("--tls", action="store_true", help="tunnels with mutual TLS between A and B, in the place of TCP")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9), help="of all that is left to chance; it is printed")
    parser.add_argument("--per-second", type=float, default=300, help="connections begun, at most; default: 300")
    parser.add_argument("--largest", type=int, default=4 * 2**20, help="bytes that one side sends, or nearly; default: 4 MiB")
    parser.add_argument("--output", type=pathlib.Path, default=candidates.ROOT / "benchmarks" / "results")
    return parser.parse_args()


try:
    sys.exit(main())
except Failed as e:
    sys.exit(f"soak: {e}")
except KeyboardInterrupt:
    sys.exit("soak: stopped; nothing was written")
