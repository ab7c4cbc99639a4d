"""What is compared with mutual TLS between A and B: each has a certificate of its own, and asks for the other's."""

import dataclasses
import pathlib
import subprocess

from candidates import (ROOT, Address, Candidate, Unix, haproxy, socketbridge_environment, socketbridge_version,
                        version)
from process import Failed

NEAR, FAR = "spiffe://example.org/near", "spiffe://example.org/far"


@dataclasses.dataclass(frozen=True)
class Certificates:
    """Files of an authority and of both ends: P-256, as all that is new has."""
    directory: pathlib.Path

    @property
    def authority(self) -> pathlib.Path:
        return self.directory / "ca.crt"

    def certificate(self, end: str) -> pathlib.Path:
        return self.directory / f"{end}.crt"

    def key(self, end: str) -> pathlib.Path:
        return self.directory / f"{end}.key"

    def both(self, end: str) -> pathlib.Path:
        """Certificate and key in one file."""
        return self.directory / f"{end}.pem"


def make_certificates(directory: pathlib.Path) -> Certificates:
    made = Certificates(directory)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    _openssl("req", "-x509", *curve, "-keyout", str(directory / "ca.key"), "-out", str(made.authority), "-days", "2",
             "-subj", "/CN=bench", "-addext", "keyUsage=critical,keyCertSign")
    for end, name in (("near", NEAR), ("far", FAR)):
        request, extensions = directory / f"{end}.csr", directory / f"{end}.ext"
        _openssl("req", *curve, "-keyout", str(made.key(end)), "-out", str(request), "-subj", f"/CN={end}")
        extensions.write_text(f"subjectAltName=URI:{name}\nextendedKeyUsage=clientAuth,serverAuth\n")
        _openssl("x509", "-req", "-in", str(request), "-CA", str(made.authority), "-CAkey", str(directory / "ca.key"),
                 "-CAcreateserial", "-days", "2", "-extfile", str(extensions), "-out", str(made.certificate(end)))
        made.both(end).write_text(made.certificate(end).read_text() + made.key(end).read_text())
    return made


def encrypted_candidates(certificates: Certificates) -> list[Candidate]:
    return [
        Candidate("haproxy", "HAProxy", version(["haproxy", "-v"], r"version (\S+)"), _haproxy(certificates), is_peer=True,
                  idle_connections=1_000),
        Candidate("stunnel", "stunnel", version(["stunnel4", "-version"], r"stunnel (\S+)"), _stunnel(certificates), is_peer=True,
                  # A thread each: so many show what one costs.
                  idle_connections=200),
        socketbridge(certificates),
        Candidate("socketbridge-cold", "SocketBridge, no pool", "", _socketbridge(certificates, "--tunnel-pool", "0"),
                  environment=socketbridge_environment(), has_jit=True, loads=("connects",)),
        Candidate("socketbridge-jdk", "SocketBridge, the JDK's TLS", "", _socketbridge(certificates, "--tls-engine", "jdk"),
                  # Its sessions are in the heap, which is small.
                  environment=socketbridge_environment(), has_jit=True, quick=False, idle_connections=1_000),
    ]


def socketbridge(certificates: Certificates) -> Candidate:
    return Candidate("socketbridge", "SocketBridge", socketbridge_version(), _socketbridge(certificates),
                     environment=socketbridge_environment(), has_jit=True, idle_connections=1_000, kept_sockets=64)


def _haproxy(certificates: Certificates):
    def command(listen: Address, connect: Address, directory: pathlib.Path) -> list[str]:
        def tls(end: str) -> str:
            return f"ssl crt {certificates.both(end)} ca-file {certificates.authority} verify required"

        near = isinstance(listen, Unix)
        bind = f"unix@{listen.path}" if near else f"ipv4@127.0.0.1:{listen.port} {tls('far')}"
        server = f"ipv4@127.0.0.1:{connect.port} {tls('near')}" if near else f"unix@{connect.path}"
        return haproxy(bind, server, directory, everywhere="""ssl-default-bind-options ssl-min-ver TLSv1.3
    ssl-default-server-options ssl-min-ver TLSv1.3""")

    return command


def _stunnel(certificates: Certificates):
    def command(listen: Address, connect: Address, directory: pathlib.Path) -> list[str]:
        near = isinstance(listen, Unix)
        end = "near" if near else "far"
        accept = listen.path if near else f"127.0.0.1:{listen.port}"
        target = f"127.0.0.1:{connect.port}" if near else connect.path
        file = directory / "stunnel.conf"
        file.write_text(f"""
foreground = yes
pid =
debug = 3
sslVersionMin = TLSv1.3
socket = l:TCP_NODELAY=1
socket = r:TCP_NODELAY=1
[only]
client = {"yes" if near else "no"}
accept = {accept}
connect = {target}
cert = {certificates.certificate(end)}
key = {certificates.key(end)}
CAfile = {certificates.authority}
verifyChain = yes
requireCert = yes
TIMEOUTidle = 600
""")
        return ["stunnel4", str(file)]

    return command


def _socketbridge(certificates: Certificates, *options: str):
    def command(listen: Address, connect: Address, _: pathlib.Path) -> list[str]:
        def text(address: Address) -> str:
            return f"unix:{address.path}" if isinstance(address, Unix) else f"tunnel:127.0.0.1:{address.port}"

        near = isinstance(listen, Unix)
        end = "near" if near else "far"
        return [str(ROOT / "bin" / "socketbridge"), "relay", text(listen), text(connect), "--threads", "1",
                "--bridge", "bench", "--allow", FAR if near else NEAR, "--cert", str(certificates.certificate(end)),
                "--key", str(certificates.key(end)), "--ca", str(certificates.authority), *options]

    return command


def _openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise Failed(f"openssl {arguments[0]}: {done.stderr.strip()}")
