#!/usr/bin/env python3
"""Runs a command on a RemoteShell server and verifies its output, uploads a file, or carries standard input to a TCP port that the
server reaches and prints what comes back. Written from docs/protocol.md, with Python's standard library only.
   python-client.py HOST:PORT FINGERPRINT COMMAND             ('rsh-server fingerprint' prints FINGERPRINT on the server)
   python-client.py HOST:PORT FINGERPRINT put LOCAL REMOTE
   python-client.py HOST:PORT FINGERPRINT forward TARGET TARGETPORT
The key is rsh-client's: $RSH_HOME/client/id_ecdsa.pem, else ~/.config/rsh-client/id_ecdsa.pem; $RSH_SSH_KEY may stand behind it."""
import base64, functools, hashlib, json, os, secrets, socket, ssl, struct, subprocess, sys, time
ALPHABET, WINDOW = "0123456789abcdefghjkmnpqrstvwxyz", 1 << 20
CRC = [functools.reduce(lambda c, _: c >> 1 ^ (0x82F63B78 if c & 1 else 0), range(8), i) for i in range(256)]

def crc32c(data):
    return f"crc32c:{functools.reduce(lambda c, b: CRC[(c ^ b) & 255] ^ c >> 8, data, 0xFFFFFFFF) ^ 0xFFFFFFFF:08x}"

def key_of(der):  # the certificate's key, as OpenSSH encodes it
    at = der.index(b"\x03\x42\x00\x04") + 3
    return b"".join(struct.pack(">I", len(s)) + s for s in (b"ecdsa-sha2-nistp256", b"nistp256", der[at:at + 65]))

def proof(file, server, now):  # ssh-keygen signs that the key in the file stands behind this client's own
    own = key_of(ssl.PEM_cert_to_DER_cert("".join(open(identity).read().partition("-----END CERTIFICATE-----")[:2])))
    keys = ["ecdsa-sha2-nistp256 " + base64.b64encode(key).decode() for key in (server, own)]
    text = f"rsh-auth 1\nserver {keys[0]}\nclient {keys[1]}\ntime {now}\n"
    signed = subprocess.check_output(["ssh-keygen", "-qY", "sign", "-n", "rsh-auth@1", "-f", file], input=text.encode())
    return {"signature": b"".join(signed.split(b"\n")[1:-2]).decode(), "time": now}

def send(body=b"", **header):
    text = json.dumps(header).encode()
    tls.sendall(struct.pack("<I", len(text)) + text + body)

class Sender:  # sends bytes on a stream, as far as the server's window goes, and maybe the stream's end
    def __init__(self, stream, waiting=b"", ends=False):
        self.stream, self.waiting, self.ends, self.sent, self.limit, self.digest = stream, waiting, ends, 0, 0, hashlib.sha256()

    def flush(self):
        while piece := self.waiting[:min(65536, self.limit - self.sent)]:
            send(piece, type="data", channel=1, stream=self.stream, offset=self.sent, size=len(piece), hash=crc32c(piece))
            self.digest.update(piece)
            self.sent, self.waiting = self.sent + len(piece), self.waiting[len(piece):]
        if self.ends and not self.waiting:
            self.ends = self.end()

    def end(self):
        send(type="end", channel=1, stream=self.stream, total=self.sent, digest=f"sha256:{self.digest.hexdigest()}")

    take = sys.stdout.buffer.write

class Upload(Sender):  # sends the records of one file on standard input, and reads the receiver's on standard output
    def __init__(self, local, remote):
        super().__init__("stdin")
        self.file, self.answers = open(local, "rb"), b""
        about = os.fstat(self.file.fileno())
        self.record(type="start", role="receive", paths=[remote.replace("\\", "\\\\")], sources=1, rules={})
        self.record(type="entry", id=1, path=os.path.basename(local).replace("\\", "\\\\"), kind="File", size=about.st_size,
                    mode=about.st_mode & 0o777, seconds=about.st_mtime_ns // 10**9, nanoseconds=about.st_mtime_ns % 10**9,
                    source=f"{about.st_dev}:{about.st_ino}:{about.st_size}:{about.st_mtime_ns}")

    def record(self, body=b"", **text):
        text = json.dumps(text).encode()
        self.waiting += struct.pack("<II", len(text), len(body)) + text + body

    def take(self, output):
        self.answers += output
        while len(self.answers) >= 8 and len(self.answers) >= 8 + sum(struct.unpack("<II", self.answers[:8])):
            length = struct.unpack("<I", self.answers[:4])[0]
            record, self.answers = json.loads(self.answers[8:8 + length]), self.answers[8 + length:]
            if record["type"] == "want":
                self.file.seek(record.get("from") or 0)
                content = self.file.read()
                for at in range(0, len(content), 65536):
                    self.record(content[at:at + 65536], type="data", id=1, size=0)
                self.record(type="end-of-file", id=1, checksum=crc32c(content))
            elif record["type"] in ("outcome", "refused"):
                if record.get("outcome") not in ("Transferred", "Unchanged"):
                    sys.exit(record.get("reason") or record.get("text"))
                self.record(type="end")
            elif record["type"] == "end":
                self.flush()
                self.end()
        self.flush()

if len(sys.argv) != (6 if sys.argv[3:4] in (["put"], ["forward"]) else 4):
    sys.exit(__doc__)
(host, port), pin, command, home = sys.argv[1].rsplit(":", 1), sys.argv[2], sys.argv[3], os.environ.get("RSH_HOME")
context = ssl.create_default_context()
context.check_hostname, context.verify_mode, context.minimum_version = False, ssl.CERT_NONE, ssl.TLSVersion.TLSv1_3
context.set_alpn_protocols(["rsh/1"])
context.load_cert_chain(identity := f"{home}/client/id_ecdsa.pem" if home else os.path.expanduser("~/.config/rsh-client/id_ecdsa.pem"))
reader = (tls := context.wrap_socket(socket.create_connection((host.strip("[]"), int(port))))).makefile("rb")
server, ssh_key = key_of(tls.getpeercert(binary_form=True)), os.environ.get("RSH_SSH_KEY")
if "SHA256:" + base64.b64encode(hashlib.sha256(server).digest()).decode().rstrip("=") != pin:
    sys.exit("the server has another key than FINGERPRINT")
job = "".join(ALPHABET[int(time.time() * 100) >> 35 - 5 * i & 31] for i in range(8)) + "".join(secrets.choice(ALPHABET) for _ in range(8))
send(type="hello", version=1, agent="python-client/1", proof=proof(ssh_key, server, int(time.time() * 1000)) if ssh_key else None)
sender, names, what = None, ["stdout", "stderr"], {"request": "exec", "job": job, "command": command}
if command == "put":
    sender, what = Upload(*sys.argv[4:]), {"request": "exec", "job": job, "files": "put " + " to ".join(sys.argv[4:]), "stdin": True}
elif command == "forward":
    sender, names = Sender("in", sys.stdin.buffer.read(), ends=True), ["out"]
    what = {"request": "forward", "host": sys.argv[4], "port": int(sys.argv[5])}
send(type="open", channel=1, digest="sha256", window=WINDOW, **what)
streams = {name: hashlib.sha256() for name in names}
while header := json.loads(reader.read(struct.unpack("<I", reader.read(4))[0])):
    body = reader.read(header.get("size") or 0)
    if header["type"] == "data":
        if crc32c(body) != header["hash"]:
            sys.exit("a frame is damaged")
        streams[header["stream"]].update(body)
        send(type="window", channel=1, stream=header["stream"], limit=header["offset"] + len(body) + WINDOW)
        sender.take(body) if sender and header["stream"] != "stderr" else getattr(sys, header["stream"]).buffer.write(body)
    elif header["type"] in ("opened", "window") and sender:
        sender.limit = max(sender.limit, header.get("limit") or header.get("window") or 0)
        sender.flush()
    elif header["type"] == "ping":
        send(type="pong", id=header.get("id") or 0)
    elif header["type"] in ("error", "refused"):
        sys.exit(f"{header.get('text')}\n{header.get('cure') or ''}")
    elif header["type"] == "result":
        if any(header["streams"][name]["digest"] != f"sha256:{digest.hexdigest()}" for name, digest in streams.items()):
            sys.exit("the output is damaged")
        sys.exit(header["code"] if header["outcome"] == "exited" else header["code"] or 255)
