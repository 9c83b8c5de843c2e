import Glibc

/// Debian's nginx as a real backend, on a free port.
package final class Nginx: Sendable {
    /// The port on which it listens.
    package let port: Int
    /// The folder whose files it serves.
    package let root: Scratch
    private let process: ChildProcess

    /// Starts nginx with the files of `root`; further lines go into its `server` block.
    package init(root: Scratch, tls: TLSFiles? = nil, lines: [String] = []) throws {
        self.root = root
        port = try FreePort.next()
        let work = root.path
        let secure = tls.map { "ssl_certificate \($0.certificate); ssl_certificate_key \($0.key);" } ?? ""
        let configuration = """
            daemon off; master_process off; pid \(work)/nginx.pid; error_log stderr warn;
            events { worker_connections 256; }
            http {
              access_log off; keepalive_requests 100000; client_max_body_size 0; etag off; sendfile on;
              client_body_temp_path \(work)/t1; proxy_temp_path \(work)/t2; fastcgi_temp_path \(work)/t3;
              uwsgi_temp_path \(work)/t4; scgi_temp_path \(work)/t5;
              server { listen 127.0.0.1:\(port)\(tls == nil ? "" : " ssl"); root \(work)/www; \(secure)
                \(lines.joined(separator: "\n")) }
            }
            """
        try root.write("nginx.conf", configuration)
        guard unsafe mkdir(work + "/www", 0o755) == 0 || errno == EEXIST else {
            throw SupportFailure("cannot make the folder of nginx")
        }
        process = try ChildProcess(["nginx", "-p", work, "-e", "stderr", "-c", root.file("nginx.conf")])
        let port = port
        let process = process
        try wait(for: "nginx to listen") {
            guard process.status == nil else { throw SupportFailure("nginx ended: \(process.errors)") }
            return (try? Socket.connect(port: port)) != nil
        }
    }

    /// Ends nginx.
    package func stop() {
        process.signal(SIGKILL)
        _ = try? process.waitUntilExit()
    }
}
