# SPDX-License-Identifier: GPL-3.0-or-later
"""A token endpoint over TLS: token_endpoint.py CERTIFICATE KEY SECRET. Prints its port, ends with its input.

It gives unsecured tokens (RFC 7519, section 6) that name the client. The client `late` gets one that has expired.
"""
import base64
import http.server
import json
import ssl
import sys
import threading
import time


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def token(client):
    now = int(time.time()) - (7200 if client == "late" else 0)
    return f'{part({"alg": "none"})}.{part({"sub": client, "iat": now, "exp": now + 3600})}.'


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = base64.b64decode(self.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        client, _, secret = given.partition(":")
        fine = secret == sys.argv[3] and "grant_type=client_credentials" in form.split("&")
        body = {"access_token": token(client), "token_type": "Bearer", "expires_in": 3600}
        text = json.dumps(body if fine else {"error": "invalid_client"}).encode()
        self.send_response(200 if fine else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # clients that do not trust it hang up


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server = Server(("127.0.0.1", 0), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
