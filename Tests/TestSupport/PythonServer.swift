import Glibc

/// Python's `http.server` running a small application, on a free port.
///
/// `POST /open/digest` answers with the length and the SHA-256 of the body; everything else with what it saw, the path as
/// a forgiving framework would read it included.
package final class PythonServer: Sendable {
    /// The port on which it listens.
    package let port: Int
    private let process: ChildProcess

    /// Starts the application and waits until it listens.
    package init() throws {
        port = try FreePort.next()
        process = try ChildProcess(["python3", "-c", Self.application, "\(port)"])
        let port = port
        let process = process
        try wait(for: "the Python application to listen") {
            guard process.status == nil else { throw SupportFailure("python3 ended: \(process.errors)") }
            return (try? Socket.connect(port: port)) != nil
        }
    }

    /// Ends the application.
    package func stop() {
        process.signal(SIGKILL)
        _ = try? process.waitUntilExit()
    }

    private static let application = #"""
        import hashlib, json, posixpath, sys
        from urllib.parse import unquote
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        class Application(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pieces(self):
                if "chunked" in self.headers.get("Transfer-Encoding", ""):
                    while True:
                        size = int(self.rfile.readline().split(b";")[0], 16)
                        piece = self.rfile.read(size)
                        self.rfile.readline()
                        if size == 0:
                            return
                        yield piece
                left = int(self.headers.get("Content-Length", "0"))
                while left > 0:
                    piece = self.rfile.read(min(left, 65536))
                    if not piece:
                        return
                    left -= len(piece)
                    yield piece

            def answer(self):
                digest, length = hashlib.sha256(), 0
                for piece in self.pieces():
                    digest.update(piece)
                    length += len(piece)
                seen = {"method": self.command, "target": self.path, "length": length, "sha256": digest.hexdigest(),
                        "path": posixpath.normpath(unquote(self.path.split("?")[0])),
                        "headers": list(self.headers.items())}
                body = json.dumps(seen).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = answer

            def log_message(self, *arguments):
                pass

        ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Application).serve_forever()
        """#
}
