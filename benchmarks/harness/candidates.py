"""What is compared, and how each is told to carry one stream address to another on one thread."""

import dataclasses
import os
import pathlib
import re
import resource
import shutil
import subprocess
from collections.abc import Callable

from process import Failed

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILT = ROOT / "benchmarks" / "target"


@dataclasses.dataclass(frozen=True)
class Unix:
    path: str


@dataclasses.dataclass(frozen=True)
class Tcp:
    port: int  # on 127.0.0.1


Address = Unix | Tcp


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A kind of proxy.

    command: takes where to listen, where to connect and a directory for files; gives the command line
    is_peer: whether it is one of those that SocketBridge is compared with
    idle_connections: how many it can be asked to hold, where that is fewer than the others
    has_jit: whether it must be warm before it is measured, and takes a while to give back what its compiler took
    quick: whether it takes part when there is little time
    loads: those that it takes part in; empty for all
    kept_sockets: connections to the other proxy that it keeps ready, at most
    """
    name: str
    title: str
    version: str
    command: Callable[[Address, Address, pathlib.Path], list[str]]
    is_peer: bool = False
    idle_connections: int = 10_000
    has_jit: bool = False
    quick: bool = True
    loads: tuple[str, ...] = ()
    kept_sockets: int = 0
    environment: dict[str, str] = dataclasses.field(default_factory=dict)


def all_candidates() -> list[Candidate]:
    return [
        Candidate("floor", "kernel's floor (C)", "", _floor),
        Candidate("socat", "socat", version(["socat", "-V"], r"socat version (\S+)"), _socat, is_peer=True,
                  # A process each: so many show what one costs.
                  idle_connections=200),
        Candidate("haproxy", "HAProxy", version(["haproxy", "-v"], r"version (\S+)"), _haproxy, is_peer=True),
        Candidate("nginx", "nginx stream", version(["nginx", "-v"], r"nginx/(\S+)"), _nginx, is_peer=True),
        socketbridge(),
        Candidate("socketbridge-2", "SocketBridge, 2 threads", "", _socketbridge(2),
                  environment=socketbridge_environment(), has_jit=True, quick=False),
    ]


def socketbridge() -> Candidate:
    return Candidate("socketbridge", "SocketBridge", socketbridge_version(), _socketbridge(1),
                     environment=socketbridge_environment(), has_jit=True)


def _floor(listen: Address, connect: Address, _: pathlib.Path) -> list[str]:
    def text(address: Address) -> str:
        return f"unix:{address.path}" if isinstance(address, Unix) else f"tcp:127.0.0.1:{address.port}"

    return [str(BUILT / "floor"), text(listen), text(connect)]


def _socat(listen: Address, connect: Address, _: pathlib.Path) -> list[str]:
    # Its own defaults, a buffer of 8 KiB and a backlog of 5, would make it slower than it need be.
    first = (f"UNIX-LISTEN:{listen.path},fork,backlog=4096" if isinstance(listen, Unix)
             else f"TCP4-LISTEN:{listen.port},bind=127.0.0.1,reuseaddr,fork,backlog=4096,nodelay")
    second = (f"UNIX-CONNECT:{connect.path}" if isinstance(connect, Unix)
              else f"TCP4:127.0.0.1:{connect.port},nodelay")
    return ["socat", "-b", "65536", first, second]


def _haproxy(listen: Address, connect: Address, directory: pathlib.Path) -> list[str]:
    bind = f"unix@{listen.path}" if isinstance(listen, Unix) else f"ipv4@127.0.0.1:{listen.port}"
    server = f"unix@{connect.path}" if isinstance(connect, Unix) else f"ipv4@127.0.0.1:{connect.port}"
    return haproxy(bind, server, directory, defaults="option splice-auto")


def haproxy(bind: str, server: str, directory: pathlib.Path, everywhere: str = "", defaults: str = "") -> list[str]:
    """HAProxy between two addresses, as it writes them; with more lines in its global and its defaults section."""
    connections = connection_limit()
    file = directory / "haproxy.cfg"
    file.write_text(f"""
global
    nbthread 1
    maxconn {connections}
    maxpipes {SPARE_DESCRIPTORS // 8}
    tune.bufsize 65536
    {everywhere}
defaults
    mode tcp
    maxconn {connections}
    {defaults}
    timeout connect 10s
    timeout client 10m
    timeout server 10m
frontend local
    bind {bind} backlog 4096
    default_backend remote
backend remote
    server only {server}
""")
    return ["haproxy", "-db", "-f", str(file)]


def _nginx(listen: Address, connect: Address, directory: pathlib.Path) -> list[str]:
    bind = f"unix:{listen.path}" if isinstance(listen, Unix) else f"127.0.0.1:{listen.port}"
    server = f"unix:{connect.path}" if isinstance(connect, Unix) else f"127.0.0.1:{connect.port}"
    file = directory / "nginx.conf"
    file.write_text(f"""
load_module {NGINX_STREAM_MODULE};
{"user root;" if os.geteuid() == 0 else ""}
daemon off;
worker_processes 1;
worker_rlimit_nofile {descriptor_limit()};
pid {directory}/nginx.pid;
error_log stderr;
events {{
    worker_connections {descriptor_limit()};
    multi_accept on;
}}
stream {{
    tcp_nodelay on;
    proxy_buffer_size 64k;
    proxy_timeout 10m;
    server {{
        listen {bind} backlog=4096;
        proxy_pass {server};
    }}
}}
""")
    return ["nginx", "-p", str(directory), "-c", str(file)]


def _socketbridge(threads: int) -> Callable[[Address, Address, pathlib.Path], list[str]]:
    def text(address: Address) -> str:
        return f"unix:{address.path}" if isinstance(address, Unix) else f"tcp:127.0.0.1:{address.port}"

    return lambda listen, connect, _: [
        str(ROOT / "bin" / "socketbridge"), "relay", text(listen), text(connect), "--threads", str(threads)]


def socketbridge_environment() -> dict[str, str]:
    """Has it run as its image does: with a cache of what the JVM loads and links. The options are the image's anyway."""
    return {"JVM_OPTS": f"-XX:AOTCache={BUILT / 'sidecar.aot'} {os.environ.get('JVM_OPTS', '')}".strip()}


def train_socketbridge() -> None:
    """Makes the cache, as the image's build does."""
    environment = {**os.environ, **socketbridge_environment()}
    environment["JVM_OPTS"] = environment["JVM_OPTS"].replace("-XX:AOTCache=", "-XX:AOTCacheOutput=")
    done = subprocess.run([str(ROOT / "bin" / "socketbridge"), "train"], env=environment,
                          capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise Failed(f"the sidecar does not start: {done.stderr.strip() or done.stdout.strip()}")


# What a proxy has open besides its connections, pipes for splicing among it.
SPARE_DESCRIPTORS = 400
NGINX_STREAM_MODULE = "/usr/lib/nginx/modules/ngx_stream_module.so"


def connection_limit() -> int:
    """How many connections a proxy can have at most: two descriptors each."""
    return (descriptor_limit() - SPARE_DESCRIPTORS) // 2


def descriptor_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def version(command: list[str], pattern: str) -> str:
    if shutil.which(command[0]) is None:
        raise Failed(f"{command[0]} is not installed; benchmarks/deps installs it")
    done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(1) if found else "unknown"


def socketbridge_version() -> str:
    done = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True)
    return done.stdout.strip() or "unknown"
